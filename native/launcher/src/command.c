#define _GNU_SOURCE
#include "command.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "kernel.h"

void command_detach(const int streams[3]) {
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  /* Of its own, so that the whole group of a command can be ended together. */
  setsid();
  for (int i = 0; i < 3; i++) dup2(streams[i], i);
#ifndef CLAWHOLD_TEST_WITHOUT_CLOSED_DESCRIPTORS
  kernel_close_range(3, ~0u);
#endif
}

int command_execute(const char *folder, char *const *arguments, char *const *environment) {
  if (chdir(folder)) return errno;
  environ = (char **)environment;
  execvp(arguments[0], arguments);
  return errno;
}
