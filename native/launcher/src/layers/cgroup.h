/*
 * The control group of a sandbox: freezes and ends it as a whole, and limits its memory where the kernel's layout and
 * the launcher's rights allow it. Version 1 (one tree per controller), version 2, and mixtures are all met in practice.
 */
#ifndef CLAWHOLD_CGROUP_H
#define CLAWHOLD_CGROUP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "request.h"

struct cgroup {
  unsigned serial;                /* names the folders */
  bool freezer, memory, processes; /* what this group can hold */
  bool unified;                   /* the freezer is version 2's */
};

/* Learns which trees there are and removes what an earlier launcher that was killed left behind. Call once. */
void cgroup_find_trees(void);

/* Makes the group and puts a process into it, 0: this one; what cannot be had stays false in `group`. */
void cgroup_enter(struct cgroup *group, unsigned serial, pid_t process);

/* Sets the limits that the group can hold; one that the kernel refuses becomes false in `group`. */
void cgroup_limit(struct cgroup *group, const struct limits *limits);

/* True when the kernel took the order; `cgroup_frozen` then says when it is done. */
bool cgroup_freeze(const struct cgroup *group, bool frozen);
bool cgroup_frozen(const struct cgroup *group);

/* Removes the group after its last process ended; false when it is still busy. */
bool cgroup_remove(const struct cgroup *group);

/* Bytes and processes in the group now; 0 when it does not count them. */
uint64_t cgroup_memory(const struct cgroup *group);
uint64_t cgroup_processes(const struct cgroup *group);

/* The limits as the kernel has them; 0 when the group does not hold them. */
uint64_t cgroup_memory_limit(const struct cgroup *group);
uint64_t cgroup_process_limit(const struct cgroup *group);

/* "v2", "v1", "mixed" or "none". */
const char *cgroup_layout(void);

#endif
