/*
 * How a container that a service made finds its keeper: a folder that is mounted into it, with this program and a socket.
 */
#ifndef CLAWHOLD_INVITATION_H
#define CLAWHOLD_INVITATION_H

#include <sys/types.h>

#include "container/visit.h"

struct invitation {
  char folder[40];
  int listener, lock; /* of the folder, for as long as somebody waits there */
};

/* The namespaces of a workshop, opened while it can still be looked at. */
struct invitation_spaces {
  int user, mounts, network;
};

struct invitation_spaces invitation_open_spaces(pid_t workshop);

/* Makes the folder, which only the launcher's own user can pass, and removes those of keepers that were killed. */
struct invitation invitation_make(void);

/* Waits until a container comes, and removes the folder. Its socket, or -1 when `caller` (a pipe) was closed before. */
int invitation_await(const struct invitation *invitation, int caller);

/* Gives a container that came what it needs; answers a descriptor of its first process. */
int invitation_hand_over(int link, const int descriptors[VISIT_DESCRIPTORS], const char *canary, const char *name);

#endif
