/*
 * Limits that the kernel holds per process or per user, where no cgroup is needed.
 */
#ifndef CLAWHOLD_LIMITS_H
#define CLAWHOLD_LIMITS_H

#include "layers/cgroup.h"
#include "request.h"

/* How far behind others a program goes: it gets a tenth of the processor time of one of the platform, and its disk requests come later. */
enum { LIMITS_LAST = 10 };

/* What the group holds for the whole sandbox needs no limit of single processes. */
void limits_apply(const struct limits *limits, const struct cgroup *group);

/* In a shortage of memory the kernel ends a process of a sandbox before anything else. */
void limits_go_first(void);

#endif
