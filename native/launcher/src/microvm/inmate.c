#define _GNU_SOURCE
#include "microvm/inmate.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "enclosure.h"
#include "kernel.h"
#include "layers/identity.h"
#include "layers/mounts.h"
#include "layers/network.h"
#include "layers/root.h"
#include "microvm/guest.h"
#include "process_view.h"
#include "setup.h"
#include "signals.h"

enum { SETUP_AT = 3, CHANNEL_AT = 4, LINK_AT = 5 };

static void keep_descriptors(int setup, int channel, int link) {
  int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
  const int own[] = {fcntl(setup, F_DUPFD_CLOEXEC, 64), fcntl(channel, F_DUPFD_CLOEXEC, 64), fcntl(link, F_DUPFD_CLOEXEC, 64)};
  for (int stream = 0; stream < 3; stream++) dup2(nothing, stream);
  for (int i = 0; i < 3; i++) dup3(own[i], SETUP_AT + i, O_CLOEXEC);
  kernel_close_range(LINK_AT + 1, ~0u);
}

/* A copy of the tree of mounts: those that were here before are locked in this namespace. */
static void enter_root(const struct handover *handover) {
  static struct mounts devices;
  setup_need(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), "keep its mounts to itself");
  setup_need(mount(GUEST_ROOT, GUEST_ROOT, NULL, MS_BIND | MS_REC, NULL), "place its root");
  mounts_take_system(&devices); /* of which this machine has nothing but devices */
  setup_need(chdir(GUEST_ROOT), "enter its root");
  mounts_place(&devices);
  process_view_place();
  root_add_temporary(&handover->request);
  root_enter();
}

static _Noreturn void live(const char *canary) {
  static struct handover handover;
  char byte;
  setup_open(SETUP_AT);
  if (recv(LINK_AT, &byte, 1, 0) != 1) _exit(71);
  handover_receive(LINK_AT, &handover);
  close(LINK_AT);
  setup_layers_from(setup_moment());
  setsid();
  handover.captures = network_raise() && handover.captures;
  identity_assume();
  setup_need(prctl(PR_SET_PDEATHSIG, SIGKILL), "tie its life to its machine");
  network_listen(&handover.request);
  network_open_refused_log();
  setup_layer("network");
  enter_root(&handover);
  setup_need(sethostname(handover.request.name, strlen(handover.request.name)), "name itself");
  setup_layer("root");
  enclosure_run(&handover, canary, CHANNEL_AT);
}

struct inmate inmate_begin(const char *canary_, const uint8_t *handover, size_t length) {
  static char canary[64]; /* a process that is forked gets no copy of a buffer */
  struct kernel_clone_arguments arguments = {.flags = NAMESPACE_USER | NAMESPACE_MOUNT | NAMESPACE_IPC | NAMESPACE_UTS |
                                                      NAMESPACE_CGROUP | NAMESPACE_PID | NAMESPACE_NETWORK,
                                             .exit_signal = SIGCHLD};
  int setup[2], channel[2], link[2];
  snprintf(canary, sizeof canary, "%s", canary_);
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, setup) || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, channel) ||
      socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, link))
    _exit(71);
  const int room = 1024 * 1024;
  setsockopt(link[0], SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof room);
  pid_t process = kernel_clone3(&arguments);
  if (process < 0) _exit(71);
  if (!process) {
    signals_begin_afresh();
    keep_descriptors(setup[1], channel[1], link[1]);
    live(canary);
  }
  close(setup[1]), close(channel[1]), close(link[1]);
  struct identity_map map = identity_map_open(process);
  identity_map_write(&map, INSIDE_ID, INMATE_USER, INMATE_USER);
  if (send(link[0], "", 1, MSG_NOSIGNAL) < 0 || send(link[0], handover, length, MSG_NOSIGNAL) < 0) _exit(71);
  close(link[0]);
  fcntl(channel[0], F_SETFL, O_NONBLOCK);
  return (struct inmate){.process = process, .setup = setup[0], .channel = channel[0]};
}
