/*
 * The system calls that no program in a sandbox needs, and that escapes are made of.
 */
#ifndef CLAWHOLD_SECCOMP_H
#define CLAWHOLD_SECCOMP_H

#include <stdbool.h>

/* Installs the filter for this process and its children. `stops_by_signal`: see freeze.h. Returns its length. */
unsigned seccomp_restrict(bool stops_by_signal);

#endif
