/*
 * The system calls that programs in a sandbox may make: what is not allowed by a table is not there.
 */
#ifndef CLAWHOLD_SECCOMP_H
#define CLAWHOLD_SECCOMP_H

#include <stdbool.h>
#include <stdint.h>

#include "tree/sha256.h"

struct filter_facts {
  unsigned length;               /* instructions */
  char digest[TREE_DIGEST_SIZE]; /* of the instructions */
};

/*
 * Installs the filter for this process and its children. `profiles`: bits of enum profile. `stops_by_signal`: see
 * first_stop.h.
 */
struct filter_facts seccomp_restrict(uint32_t profiles, bool stops_by_signal);

#endif
