/*
 * The files and folders of the machine that a policy names, at the path that they have on the machine: to read, or to
 * write into a private copy. A policy's list also takes away what it does not name of the system's folders.
 *
 * Like the other trees they are taken by a privileged starter, or else by the sandbox's own first process.
 */
#ifndef CLAWHOLD_PATHS_H
#define CLAWHOLD_PATHS_H

#include "layers/mounts.h"

/* What became of one path; the order is that of `pathStates` in read-attestation.ts. */
enum path_state {
  PATH_SHOWN = 0,
  PATH_OF_SYSTEM = 1,  /* a system folder, which is there already */
  PATH_MISSING = 2,
  PATH_BEHIND_LINK = 3, /* a symbolic link on the way, or a link itself */
  PATH_NO_FILES = 4,    /* a socket, a device, a pipe; or a file to be written */
  PATH_REFUSED = 5,     /* the kernel could not show it */
};

struct paths {
  uint8_t states[MOST_PATHS]; /* of each in the request's list */
  struct mounts mounts;       /* those that are shown, in that order */
};

/* Takes what can be shown; fails the start for what cannot, unless the policy says to leave it out. */
void paths_take(const struct start_request *request, struct paths *paths);

/* Names what another process took. */
void paths_receive(const struct files_request *files, const int *trees, struct paths *paths);

/* Lets go of the system's folders that the policy does not name, in the current folder. */
void paths_narrow(const struct files_request *files, const struct mounts *system);

/* Puts each at its place in the current folder. */
void paths_place(const struct start_request *request, const struct paths *paths);

/* True when one of the named paths is this one, or a folder that it lies in. */
bool paths_cover(const struct files_request *files, const char *path);

/* What became of each and, as the kernel says, whether its mount can be written; from inside. */
void paths_write_report(const struct files_request *files, const struct paths *paths, struct buffer *message);

#endif
