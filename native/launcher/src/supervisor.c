#define _GNU_SOURCE
#include "supervisor.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "layers/identity.h"
#include "kernel.h"
#include "layers/privileges.h"
#include "signals.h"

/* Above what a service manager passes (0 to 3). */
enum { HANDLES_AT = 4, CONTROL_AT = 5 };

static int need(int result, const char *what) {
  if (result >= 0) return result;
  fprintf(stderr, "clawhold-launcher: could not %s: %m\n", what);
  exit(70);
}

static void give(int descriptor, int at, const char *variable) {
  char number[16];
  need(dup2(descriptor, at), "pass a channel to the supervisor");
  snprintf(number, sizeof number, "%d", at);
  setenv(variable, number, 1);
}

static _Noreturn void become(const struct supervisor *supervisor, int handles, int control) {
  handles = need(fcntl(handles, F_DUPFD_CLOEXEC, 64), "move a channel");
  control = need(fcntl(control, F_DUPFD_CLOEXEC, 64), "move a channel");
  give(handles, HANDLES_AT, "NODE_CHANNEL_FD");
  give(control, CONTROL_AT, "CLAWHOLD_LAUNCHER_FD");
  setenv("NODE_CHANNEL_SERIALIZATION_MODE", "json", 1);
  kernel_close_range(CONTROL_AT + 1, ~0u);
  signals_begin_afresh();
  if (identity_privileged()) privileges_become(supervisor->user, supervisor->group);
  need(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "forbid new privileges");
  /* A launcher that was killed cannot tell: the supervisor is asked to end, as it cannot do anything any more. */
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  execvp(supervisor->command[0], supervisor->command);
  fprintf(stderr, "clawhold-launcher: could not run %s: %m\n", supervisor->command[0]);
  _exit(127);
}

pid_t supervisor_start(struct supervisor *supervisor) {
  int control[2], handles[2];
  need(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, control), "make a channel");
  need(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, handles), "make a channel");
  pid_t pid = need(fork(), "make a process for the supervisor");
  if (!pid) become(supervisor, handles[1], control[1]);
  close(control[1]), close(handles[1]);
  supervisor->control = control[0];
  supervisor->handles = handles[0];
  return pid;
}
