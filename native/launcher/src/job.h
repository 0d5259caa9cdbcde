/*
 * File work that runs with the launcher's rights, outside of any sandbox: the `tree` commands.
 */
#ifndef CLAWHOLD_JOB_H
#define CLAWHOLD_JOB_H

#include <sys/types.h>

#include "wire.h"

void job_start(uint32_t id, struct reader payload);

/* True when `job` was one of ours. */
bool job_reaped(pid_t job, int status);

#endif
