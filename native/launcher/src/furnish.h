/*
 * What one sandbox gets that others do not: its task folder, what it was given of the machine, its listeners.
 */
#ifndef CLAWHOLD_FURNISH_H
#define CLAWHOLD_FURNISH_H

#include "handover.h"

/* Takes what is not only its own, as detached mounts. `tables` only when the launcher is privileged. */
void furnish_take(struct handover *handover, const struct overlay_tables *tables);

/* Makes places for it in the current folder, which is the sandbox's root. */
void furnish_make_room(const struct handover *handover);

/* Puts everything there, and the listeners into the network of this process. */
void furnish_place(const struct handover *handover);

#endif
