/*
 * The task folder as a copy-on-write view: the person's folder below, read-only; what the agent writes goes to storage.
 */
#ifndef CLAWHOLD_OVERLAY_H
#define CLAWHOLD_OVERLAY_H

#include "layers/identity.h"
#include "request.h"

/*
 * The task folder, its storage and the folder of its checkpoints as detached mounts (`pool` is -1 when there is none), and
 * the lock that keeps two sandboxes from one storage.
 */
struct overlay {
  int lower, view, lock, pool;
};

/* On disk -> as seen: the task folder's owner and the owner of stored views, each seen as the sandbox's user. */
struct overlay_tables {
  struct identity_table lower, view;
};

enum overlay_claim { OVERLAY_FIRST, OVERLAY_AGAIN /* its sandbox holds the lock */ };

/* Takes the task folder and `<storage>/view` (made when missing). `tables` only when the launcher is privileged. */
struct overlay overlay_take(const struct start_request *request, const struct overlay_tables *tables,
                            enum overlay_claim claims);

/*
 * Makes the view as a detached mount with these attributes of its own, and closes the descriptors of its parts. `layers`
 * are names of folders in the pool. Of the host's files /usr, /etc and /dev are of no use any more.
 */
int overlay_make(const struct overlay *overlay, const char *layers, uint64_t attributes);

/*
 * Whether a layer of deletions lies right above the person's folder, which takes from the view what is to be hidden: see
 * tree/mask.c. Before it is made.
 */
bool overlay_is_masked(const struct overlay *overlay);

/* Makes it and mounts it at `target`, which it closes. */
void overlay_place(const struct overlay *overlay, const char *layers, int target, uint64_t attributes);

/* Lets go of what the views of this mount namespace were made on: for whoever still needs /usr. */
void overlay_leave_places(void);

#endif
