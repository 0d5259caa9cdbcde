/*
 * The supervisor as a child of the launcher: started in its own account, without any privilege.
 */
#ifndef CLAWHOLD_SUPERVISOR_H
#define CLAWHOLD_SUPERVISOR_H

#include <sys/types.h>

struct supervisor {
  char **command;
  unsigned user, group; /* used when the launcher is privileged */
  int control, handles; /* the launcher's ends, after the start */
};

/* The supervisor's pid. Descriptor 3, if the service manager gave one, is passed through untouched. */
pid_t supervisor_start(struct supervisor *supervisor);

#endif
