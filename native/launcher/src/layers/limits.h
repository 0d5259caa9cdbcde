/*
 * Limits that the kernel holds per process or per user, where no cgroup is needed.
 */
#ifndef CLAWHOLD_LIMITS_H
#define CLAWHOLD_LIMITS_H

#include "request.h"

/* `memory_in_group`: a cgroup holds the memory of the whole sandbox, so single processes need no limit. */
void limits_apply(const struct limits *limits, bool memory_in_group);

/* In a shortage of memory the kernel ends a process of a sandbox before anything else. */
void limits_go_first(void);

#endif
