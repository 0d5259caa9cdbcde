/*
 * What the launcher measured of a sandbox from outside when it started, and whether it still is so. Nobody in a sandbox can
 * change any of it: what changes was changed by somebody of the machine, and the sandbox ends.
 */
#ifndef CLAWHOLD_DRIFT_H
#define CLAWHOLD_DRIFT_H

#include "buffer.h"
#include "layers/cgroup_limits.h"
#include "loop.h"

struct sandbox;

struct drift {
  struct watch mounts;       /* the table of its mounts, which tells when one changes */
  char *groups, *limits;     /* /proc/<first>/cgroup and limits */
  struct cgroup_limits group;
  int nice; /* of its first process before any program ran; programs may make it worse */
};

/* Measures a sandbox that is about to run; NULL, or what could not be measured. */
const char *drift_begin(struct sandbox *sandbox);

/* What was measured, for the attestation. */
void drift_write(const struct sandbox *sandbox, struct buffer *report);

/* Its task folder was mounted anew, by us. */
void drift_renewed(struct sandbox *sandbox);

/* Forgets a sandbox that ended. */
void drift_end(struct sandbox *sandbox);

/* Looks at every sandbox now and then, from the first on. */
void drift_open(void);

#endif
