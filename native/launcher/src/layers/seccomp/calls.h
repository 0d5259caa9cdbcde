/*
 * Every system call that a sandbox may make, and those that are refused because escapes are made of them. A call that is
 * in no table is unknown: it answers ENOSYS, as on a kernel without it, and C libraries do without. What is refused answers
 * EPERM, so that a program which needs it says so. docs/sandbox-syscalls.md is compared with these tables by a test.
 */
#ifndef CLAWHOLD_CALLS_H
#define CLAWHOLD_CALLS_H

#include <stddef.h>
#include <stdint.h>

#include "layers/seccomp/profile.h"

/* Numbers are written out: the headers of an older distribution lack the newer calls. */
struct call {
  int16_t x86_64, aarch64;
};

/* A processor without the call. */
enum { NONE = -1 };

#define CALL(name, x86_64, aarch64) {x86_64, aarch64}

struct calls {
  const struct call *list;
  size_t count;
};

#define CALLS(array) {array, sizeof array / sizeof *array}

extern const struct calls allowed_calls, refused_calls;

/* What a profile lets do of what is refused otherwise. */
struct profile_calls {
  enum profile profile;
  struct calls calls;
};
extern const struct profile_calls profile_calls[PROFILES];

#endif
