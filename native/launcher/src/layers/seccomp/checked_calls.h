/*
 * The system calls that are allowed with some arguments and not with others.
 */
#ifndef CLAWHOLD_CHECKED_CALLS_H
#define CLAWHOLD_CHECKED_CALLS_H

#include <stdbool.h>

#include "layers/seccomp/calls.h"
#include "layers/seccomp/program.h"

struct checked_call {
  struct call call;
  void (*decide)(struct program *program);
  /* Checked where processes are frozen by signals (first_stop.h), allowed elsewhere. */
  bool only_without_freezer;
};

enum { CHECKED_CALLS = 10 };

extern const struct checked_call checked_calls[CHECKED_CALLS];

#endif
