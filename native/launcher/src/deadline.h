/*
 * Moments by which something is over, whatever the supervisor does: the launcher's own clock holds them. It runs while the
 * machine sleeps.
 */
#ifndef CLAWHOLD_DEADLINE_H
#define CLAWHOLD_DEADLINE_H

#include <stdint.h>

struct deadline {
  struct deadline *next;
  uint64_t at;   /* milliseconds of the clock; 0: it does not count */
  uint64_t left; /* while it stands still */
  void (*reached)(void *owner);
  void *owner;
};

void deadline_open(void);

/* `reached` is called once, from the loop; 0 milliseconds: never. */
void deadline_set(struct deadline *deadline, uint64_t milliseconds, void (*reached)(void *owner), void *owner);

/* The time until `deadline_go_on` does not count. */
void deadline_stand_still(struct deadline *deadline);
void deadline_go_on(struct deadline *deadline);

/* Before its memory goes; harmless on one that was never set. */
void deadline_forget(struct deadline *deadline);

#endif
