/*
 * The task folder as a copy-on-write view: the person's folder below, read-only; what the agent writes goes to storage.
 */
#ifndef CLAWHOLD_OVERLAY_H
#define CLAWHOLD_OVERLAY_H

#include "mounts.h"

/* Takes the task folder and `<storage>/view` (made when missing) as detached mounts. */
void overlay_take(const struct start_request *request, struct mounts *mounts);

/* Mounts the view at `task` in the current folder, which is the new root. */
void overlay_place(const struct mounts *mounts);

#endif
