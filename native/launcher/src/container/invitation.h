/*
 * How a container that a service made finds its keeper: a folder that is mounted into it, with this program and a socket.
 */
#ifndef CLAWHOLD_INVITATION_H
#define CLAWHOLD_INVITATION_H

#include <sys/types.h>

#include "container/visit.h"

struct invitation {
  char folder[40], socket[108]; /* the folder is "" where it is not its own */
  int listener, lock;           /* of the folder, for as long as somebody waits there */
};

/* The namespaces of a workshop, opened while it can still be looked at. */
struct invitation_spaces {
  int user, mounts, network;
};

struct invitation_spaces invitation_open_spaces(pid_t workshop);

/* Makes the folder, which only the launcher's own user can pass, and removes those of keepers that were killed. */
struct invitation invitation_make(void);

/* The folder in which containers that are there already wait, with the program; once, before any is wanted. */
void invitation_open_place(void);

/* Invites the one of them that has this name. */
struct invitation invitation_call(const char *name);

/* Waits until a container comes, and removes what was made. Its socket, or -1 when one of `lives` was closed before. */
int invitation_await(const struct invitation *invitation, const int lives[2]);

/* Gives a container that came what it needs; answers a descriptor of its first process. */
int invitation_hand_over(int link, const int descriptors[VISIT_DESCRIPTORS], const char *canary, const char *name);

#endif
