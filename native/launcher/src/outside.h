/*
 * A look at a new sandbox from outside: what its own reports say is not enough.
 */
#ifndef CLAWHOLD_OUTSIDE_H
#define CLAWHOLD_OUTSIDE_H

#include "sandbox.h"

/* NULL when its first process is what it should be; otherwise the sentence that says what is wrong. */
const char *outside_look(const struct sandbox *sandbox);

#endif
