/*
 * The starter that waits ready for the next sandbox.
 */
#ifndef CLAWHOLD_SPARE_H
#define CLAWHOLD_SPARE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct spare {
  pid_t starter; /* 0: none */
  int setup, channel;
  unsigned serial;
  uint64_t files; /* signature of the host's files that it copied */
};

/* Opens what all starters share; call once before the first. */
void spare_open(void);

/* Makes a starter ready for `spare_take` a few ticks from now: the first command of a new sandbox goes before. */
void spare_prepare_soon(void);

/* Every tick of the clock; true while it waits for more. */
bool spare_tick(void);

/*
 * The ready one, or a new one; `starter` is 0 when the machine refuses another process. One that was made ready before
 * the host's mounts or copied files changed, or that failed while it got ready, is replaced: a sandbox shows the host
 * as it is when it is asked for.
 */
struct spare spare_take(void);

/* True when it was the waiting starter that ended. */
bool spare_reaped(pid_t process);

/* Ends the waiting starter and removes its control group. */
void spare_discard(void);

#endif
