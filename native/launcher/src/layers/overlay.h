/*
 * The task folder as a copy-on-write view: the person's folder below, read-only; what the agent writes goes to storage.
 */
#ifndef CLAWHOLD_OVERLAY_H
#define CLAWHOLD_OVERLAY_H

#include "layers/identity.h"
#include "request.h"

/* The task folder and its storage as detached mounts, and the lock that keeps two sandboxes from one storage. */
struct overlay {
  int lower, view, lock;
};

/* On disk -> as seen: the task folder's owner and the owner of stored views, each seen as the sandbox's user. */
struct overlay_tables {
  struct identity_table lower, view;
};

/* Takes the task folder and `<storage>/view` (made when missing). `tables` only when the launcher is privileged. */
struct overlay overlay_take(const struct start_request *request, const struct overlay_tables *tables);

/*
 * Mounts the view at `target` in the current folder, which is the new root, with these attributes of its own; `view` has
 * the folders `upper` and `work`. Of the host's files /usr and /etc are of no use any more.
 */
void overlay_place(int lower, int view, int target, uint64_t attributes);

#endif
