/*
 * Tells the supervisor of what was refused in a sandbox's network.
 */
#ifndef CLAWHOLD_REFUSED_H
#define CLAWHOLD_REFUSED_H

#include "loop.h"

/* Ready: the log of refused_log.h, whose owner is its sandbox. */
void refused_ready(struct watch *watch, uint32_t events);

#endif
