/*
 * The control group of a sandbox: freezes and ends it as a whole, and limits it where the kernel's layout and the
 * launcher's rights allow it (cgroup_limits.h).
 */
#ifndef CLAWHOLD_CGROUP_H
#define CLAWHOLD_CGROUP_H

#include <sys/types.h>

#include "layers/cgroup_trees.h"

struct cgroup {
  unsigned serial;                /* names the folders */
  bool holds[CGROUP_CONTROLLERS]; /* what this group can hold */
};

/* Makes the group and puts a process into it, 0: this one; what cannot be had stays false in `group`. */
void cgroup_enter(struct cgroup *group, unsigned serial, pid_t process);

/* True when the kernel took the order; `cgroup_frozen` then says when it is done. */
bool cgroup_freeze(const struct cgroup *group, bool frozen);
bool cgroup_frozen(const struct cgroup *group);

/* Removes the group after its last process ended; false when it is still busy. */
bool cgroup_remove(const struct cgroup *group);

/* Bytes and processes in the group now; 0 when it does not count them. */
uint64_t cgroup_memory(const struct cgroup *group);
uint64_t cgroup_processes(const struct cgroup *group);

/* A file of the group's that belongs to a controller, by its name in version 1 or 2; false when there is none. */
bool cgroup_read(const struct cgroup *group, enum cgroup_controller controller, const char *version_1,
                 const char *version_2, char *text, size_t size);
bool cgroup_write(const struct cgroup *group, enum cgroup_controller controller, const char *version_1,
                  const char *version_2, const char *text);

#endif
