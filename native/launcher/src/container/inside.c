#define _GNU_SOURCE
#include "container/inside.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "container/engine.h"
#include "enclosure.h"
#include "kernel.h"
#include "layers/identity.h"
#include "layers/privileges.h"
#include "layers/root.h"
#include "process_view.h"
#include "setup.h"

/* Said by a first process to itself. */
#define PREPARED "prepared"

static void keep_own_descriptors(void) {
  int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (nothing < 0) _exit(71);
  for (int stream = 0; stream < 3; stream++) dup2(nothing, stream);
  kernel_close_range(ENGINE_LAST + 1, ~0u);
  for (int descriptor = ENGINE_SETUP_AT; descriptor <= ENGINE_LAST; descriptor++) fcntl(descriptor, F_SETFD, FD_CLOEXEC);
}

/*
 * A root user of a container becomes a plain one of a namespace below it, and its program begins anew there: the files of a
 * process in /proc belong to the root user of the namespace that its program began in, and that is nobody's any more.
 */
static _Noreturn void leave_root_user(const char *canary) {
  unsigned user = geteuid(), group = getegid();
  setup_need(unshare(CLONE_NEWUSER), "become its own user");
  struct identity_map map = identity_map_open(getpid());
  identity_map_write(&map, INSIDE_ID, user, group);
  privileges_pass_on((const unsigned[]){CAP_SETPCAP, CAP_SYS_ADMIN}, 2);
  for (int descriptor = ENGINE_SETUP_AT; descriptor <= ENGINE_LAST; descriptor++) fcntl(descriptor, F_SETFD, 0);
  execl(ENGINE_PROGRAM, ENGINE_PROGRAM, "inside", canary, PREPARED, (char *)NULL);
  setup_need(-1, "begin anew as its own user");
  _exit(71);
}

static void say(void) {
  if (send(ENGINE_LINK_AT, "", 1, MSG_NOSIGNAL) < 0) _exit(71);
}

/* The kernel tells the starter who speaks; the starter puts that process into its control group. */
static void join_group(void) {
  char byte;
  say();
  if (recv(ENGINE_LINK_AT, &byte, 1, 0) != 1) _exit(0);
  /* So that the group is the root of all that its programs see. */
  setup_need(unshare(CLONE_NEWCGROUP), "have control groups of its own");
  say();
}

/* Leaves what the engine put around it: its devices, its /sys, its files of /etc. */
static void enter_root(void) {
  setup_need(chdir(ENGINE_WITHIN), "enter its root");
  setup_need(mount("/proc", "proc", NULL, MS_BIND | MS_REC, NULL), "show it its processes");
  root_enter();
}

int inside_main(int count, char **arguments) {
  static struct handover handover;
  bool prepared = count == 2 && !strcmp(arguments[1], PREPARED);
  bool within = count == 2 && !strcmp(arguments[1], ENGINE_WITHIN);
  if (count != 1 && !prepared && !within) {
    fprintf(stderr, "usage: clawhold-launcher inside CANARY, started by a container engine\n");
    return 64;
  }
  keep_own_descriptors();
  setup_open(ENGINE_SETUP_AT);
  if (!prepared) {
    setsid();
    if (within) enter_root();
    process_view_mask();
    if (geteuid() != INSIDE_ID) leave_root_user(arguments[0]);
  }
  identity_assume();
  setup_need(prctl(PR_SET_PDEATHSIG, SIGKILL), "tie its life to the engine");
  close(ENGINE_PROGRAM_AT);
  join_group();
  handover_receive(ENGINE_LINK_AT, &handover);
  close(ENGINE_LINK_AT);
  setup_layers_from(handover.asked);
  setup_layer("container");
  enclosure_run(&handover, arguments[0], ENGINE_CHANNEL_AT);
}
