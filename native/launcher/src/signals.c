#define _GNU_SOURCE
#include "signals.h"

#include <signal.h>
#include <stddef.h>

void signals_begin_afresh(void) {
  sigset_t none;
  for (int number = 1; number < 32; number++) signal(number, SIG_DFL);
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
}
