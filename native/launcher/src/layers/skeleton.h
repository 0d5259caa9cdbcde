/*
 * The bare root of a sandbox: an empty tmpfs with folders, links and the few small files of /etc, and places for what
 * will be mounted. Detached: nothing sees it until the sandbox's first process attaches it.
 */
#ifndef CLAWHOLD_SKELETON_H
#define CLAWHOLD_SKELETON_H

#include <stdint.h>

#include "layers/mounts.h"

/* Makes it with places for the mounts of the system, enters it, and answers its detached mount. */
int skeleton_make(const struct mounts *system);

/* Makes places for these mounts in the current folder. */
void skeleton_make_room(const struct mounts *mounts);

/* What only this sandbox has. */
void skeleton_write_hosts(const char *hosts);

/* Changes when a file of the host changes that `skeleton_make` copies. */
uint64_t skeleton_signature(void);

#endif
