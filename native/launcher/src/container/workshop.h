/*
 * The process that makes the root and the network of a container and then becomes its engine: see engine.h.
 */
#ifndef CLAWHOLD_WORKSHOP_H
#define CLAWHOLD_WORKSHOP_H

#include <stdint.h>

#include "layers/paths.h"

/* What the starter cannot know: said over the link when the root stands, with the lock of the storage, which it keeps. */
struct workshop_report {
  bool captures, masked; /* see handover.h */
  uint8_t states[MOST_PATHS];
};

/*
 * Runs in user, mount and network namespaces of its own, whose user 0 is the sandbox's. Receives a handover over the link
 * once that user exists. Descriptors are as in engine.h, without the program's.
 */
_Noreturn void workshop_run(const char *canary);

#endif
