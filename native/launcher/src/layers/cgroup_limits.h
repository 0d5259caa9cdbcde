/*
 * The limits of a sandbox's control group: memory and processes, the weight and the most of the processors, and the most
 * that goes to and from the disks of its files.
 *
 * Weights are the kernel's default, the same for every sandbox: none of them gets more than another that wants it too, and
 * all together get as much as one program of the platform (cgroup_trees.h).
 */
#ifndef CLAWHOLD_CGROUP_LIMITS_H
#define CLAWHOLD_CGROUP_LIMITS_H

#include "layers/cgroup.h"
#include "request.h"

/* As the kernel has them; 0 or "" where the group holds none. */
struct cgroup_limits {
  uint64_t memory, processes;
  uint64_t weight;     /* of processor time among sandboxes; 100 is the kernel's default, in either version */
  uint64_t processors; /* thousandths of one */
  char disks[256];     /* lines as version 2 has them: "254:0 rbps=1 wbps=1" */
};

/* Sets the limits that the group can hold; a controller that refuses those of memory or processes becomes false in `group`. */
void cgroup_limit(struct cgroup *group, const struct start_request *request);

void cgroup_measure(const struct cgroup *group, struct cgroup_limits *limits);

bool cgroup_limits_equal(const struct cgroup_limits *one, const struct cgroup_limits *other);

#endif
