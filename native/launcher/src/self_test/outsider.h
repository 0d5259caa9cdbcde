/*
 * What a Landlock domain keeps out of reach has to be there to be tried: a process and an abstract socket inside the
 * sandbox but outside of its domain. They exist for the self-test alone and are gone before any program runs.
 */
#ifndef CLAWHOLD_OUTSIDER_H
#define CLAWHOLD_OUTSIDER_H

#include <sys/types.h>

#define OUTSIDER_SOCKET "clawhold-outsider"

struct outsider {
  pid_t process;
  int life; /* the process ends when this closes: nobody in the domain could signal it */
  int socket;
};

/* Before the domain is entered. */
struct outsider outsider_make(void);

void outsider_end(const struct outsider *outsider);

#endif
