/*
 * The last steps of the first process of a sandbox whose root and network stand, whoever made them: it gives up what it may
 * do, tries to break out, reports, and runs programs.
 */
#ifndef CLAWHOLD_ENCLOSURE_H
#define CLAWHOLD_ENCLOSURE_H

#include "handover.h"

/* `canary`: see self_test.h. `channel`: to the launcher, for the life of the sandbox. */
_Noreturn void enclosure_run(const struct handover *handover, const char *canary, int channel);

#endif
