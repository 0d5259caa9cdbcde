/*
 * Stopping every process of a sandbox by signal, for machines where the launcher has no cgroup freezer.
 *
 * kill(-1) of pid 1 reaches every other process of its pid namespace under the kernel's task list lock, and a fork in
 * progress is restarted with the signal pending, so no process is missed. SIGSTOP can be neither blocked nor caught.
 * What could wake a stopped process, SIGCONT, has three senders: a running process (there is none left), a timer or
 * event armed beforehand (the seccomp filter refuses those, see checked_calls.c), and the kernel when an exiting parent
 * orphans a stopped process group: so we repeat until nothing is running or exiting any more.
 */
#ifndef CLAWHOLD_FIRST_STOP_H
#define CLAWHOLD_FIRST_STOP_H

#include <stdbool.h>

/* True when every process but this one is stopped or dead. */
bool first_stop_all(void);

#endif
