/*
 * The parts of the host that appear in a sandbox, as detached mounts: taken first, placed in the new root later.
 *
 * A privileged starter takes them with the host's view, so that folders behind a 0700 folder of another account can be
 * given; otherwise the sandbox's own first process takes them, with its user's rights. What every sandbox sees is taken
 * before one is asked for; what this one was given, afterwards.
 */
#ifndef CLAWHOLD_MOUNTS_H
#define CLAWHOLD_MOUNTS_H

#include "request.h"

struct mount {
  int tree;
  bool folder;
  const char *target; /* relative to the new root */
};

enum { MOST_MOUNTS = 1 + MOST_READ_ONLY + MOST_PATHS };

struct mounts {
  struct mount list[MOST_MOUNTS];
  unsigned count;
};

/* The folders of the system and the harmless devices. */
void mounts_take_system(struct mounts *mounts);

/* Whether a path is one of those folders. */
bool mounts_of_system(const char *path);

/* Adds a tree that will appear at `target`, an absolute path. */
void mounts_add(struct mounts *mounts, int tree, const char *target);

/* The Node runtime and the folders that the driver gives. */
void mounts_take_given(const struct start_request *request, struct mounts *mounts);

/* Names what another process took with `mounts_take_given`, in its order. */
void mounts_receive_given(const struct start_request *request, const int *trees, struct mounts *mounts);

/* Puts each at its target in the current folder. */
void mounts_place(const struct mounts *mounts);

/* A read-only copy of the mount at `path`, or -1 when there is nothing. */
int mounts_clone(const char *path, unsigned recursive, uint64_t attributes);

#endif
