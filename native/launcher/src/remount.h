/* The process that mounts the task folder of a sandbox anew: see renewal.h. */
#ifndef CLAWHOLD_REMOUNT_H
#define CLAWHOLD_REMOUNT_H

#include <sys/types.h>

#include "request.h"

struct remount_request {
  struct start_request view; /* of it: host id, task folder, storage, pool, layers, access to the task folder */
  const char *seal;          /* the name that what was written gets as a layer; "" when nothing was */
  int user, mounts;          /* namespaces of the sandbox */
};

/* How it ends; anything else is a failure half-way. */
enum { REMOUNT_DONE = 0, REMOUNT_IN_USE = 3 };

/* Forks it; -1 when that cannot be done. */
pid_t remount_start(const struct remount_request *request);

#endif
