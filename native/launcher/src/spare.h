/*
 * The starter that waits ready for the next sandbox.
 */
#ifndef CLAWHOLD_SPARE_H
#define CLAWHOLD_SPARE_H

#include <stdbool.h>
#include <sys/types.h>

struct spare {
  pid_t starter; /* 0: none */
  int setup, channel;
  unsigned serial;
};

/* Opens what all starters share; call once before the first. */
void spare_open(void);

/* Makes a starter ready for `spare_take`; does nothing when there is one. */
void spare_prepare(void);

/* The ready one, or a new one; `starter` is 0 when the machine refuses another process. */
struct spare spare_take(void);

/* True when it was the waiting starter that ended. */
bool spare_reaped(pid_t process);

/* Ends the waiting starter and removes its control group. */
void spare_discard(void);

#endif
