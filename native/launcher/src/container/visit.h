/*
 * The first process of a container that a service made somewhere else on this machine: it has nothing there but this
 * program, leaves the container's files and network for those of the workshop, and is to the keeper what an engine is.
 */
#ifndef CLAWHOLD_VISIT_H
#define CLAWHOLD_VISIT_H

/*
 * Where such a container has the folder of its invitation; the program and the socket lie in it. A container that is there
 * before it is needed is called by its name: the socket has it, and appears when it is wanted.
 */
#define VISIT_PLACE "/clawhold"
#define VISIT_PROGRAM "launcher"
#define VISIT_SOCKET "socket"

/* What the keeper sends over that socket, with these descriptors. From then on the socket is the link of engine.h. */
enum { VISIT_SETUP, VISIT_CHANNEL, VISIT_USER_SPACE, VISIT_MOUNT_SPACE, VISIT_NETWORK_SPACE, VISIT_DESCRIPTORS };
struct visit_message {
  char canary[64], name[65];
};

int visit_main(int count, char **arguments);

#endif
