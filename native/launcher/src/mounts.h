/*
 * The parts of the host that appear in a sandbox, as detached mounts: taken first, placed in the new root later.
 *
 * A privileged starter takes them with the host's view, so that folders behind a 0700 folder of another account can be
 * given; otherwise the sandbox's own first process takes them, with its user's rights.
 */
#ifndef CLAWHOLD_MOUNTS_H
#define CLAWHOLD_MOUNTS_H

#include "request.h"

struct mount {
  int tree;
  bool folder;
  const char *target; /* relative to the new root */
};

enum { MOST_MOUNTS = 64 };

struct mounts {
  struct mount list[MOST_MOUNTS];
  unsigned count;
  int lower, view; /* task folder and its copy-on-write storage */
  unsigned lower_mode;
};

void mounts_take(const struct start_request *request, struct mounts *mounts);

/* A read-only copy of the mount at `path`, or -1 when there is nothing. */
int mounts_clone(const char *path, unsigned recursive, uint64_t attributes);

#endif
