#define _GNU_SOURCE
#include "container/workshop.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "container/engine.h"
#include "furnish.h"
#include "kernel.h"
#include "layers/network.h"
#include "layers/overlay.h"
#include "layers/skeleton.h"
#include "setup.h"

/* Alone in its user namespace, and without the host's rights: the host's user 0 is not mapped there. */
static void become_its_user(void) {
  setup_need(setresgid(0, 0, 0), "become its own group");
  setup_need(setresuid(0, 0, 0), "become its own user");
  setup_need(prctl(PR_SET_PDEATHSIG, SIGKILL), "tie its life to the launcher");
}

static void attach_root(const struct mounts *system) {
  int root = skeleton_make(system);
  setup_need(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), "keep its mounts to itself");
  setup_need(mount("tmpfs", ENGINE_PLACE, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=4m"), "make a place for its root");
  setup_need(mkdir(ENGINE_ROOT, 0755), "make a place for its root");
  setup_need(kernel_move_mount(root, AT_FDCWD, ENGINE_ROOT), "place its root");
  setup_need(fchdir(root), "enter its root");
  close(root);
  mounts_place(system);
}

static void seal_root(void) {
  setup_need(mount(NULL, ".", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV, NULL), "seal its root");
  setup_need(chdir("/"), "leave its root");
}

static void report(const struct handover *handover) {
  struct workshop_report report = {.captures = handover->captures, .masked = handover->masked};
  memcpy(report.states, handover->paths.states, sizeof report.states);
  struct buffer message = {0};
  buffer_append(&message, &report, sizeof report);
  setup_send_over(ENGINE_LINK_AT, &message, handover->overlay.lock);
}

/* Nothing else of this process may stay open in the container; these must. */
static void keep_descriptors(void) {
  int program = setup_need(open("/proc/self/exe", O_RDONLY), "open its own program");
  if (program != ENGINE_PROGRAM_AT) setup_need(dup2(program, ENGINE_PROGRAM_AT), "hand its own program on");
  kernel_close_range(ENGINE_LAST + 1, ~0u);
  for (int descriptor = ENGINE_SETUP_AT; descriptor <= ENGINE_LAST; descriptor++) fcntl(descriptor, F_SETFD, 0);
}

void workshop_run(const char *canary) {
  static struct handover handover;
  static struct mounts system;
  setsid();
  handover_receive(ENGINE_LINK_AT, &handover);
  become_its_user();
  handover.captures = network_raise();
  mounts_take_system(&system);
  attach_root(&system);
  paths_narrow(&handover.request.files, &system);
  if (!handover.opened) furnish_take(&handover, NULL);
  furnish_make_room(&handover);
  handover.masked = overlay_is_masked(&handover.overlay);
  furnish_place(&handover);
  overlay_leave_places();
  seal_root();
  report(&handover);
  keep_descriptors();
  engine_run(&handover.request, canary);
}
