/*
 * The root file system of a sandbox: an empty tmpfs on which only what is on a list appears.
 *
 * A list of what to hide would always forget something (/var/lib, /opt, the next home); a list of what to show cannot.
 */
#ifndef CLAWHOLD_ROOT_H
#define CLAWHOLD_ROOT_H

#include "layers/mounts.h"

/* Attaches the skeleton in this mount namespace, enters it, places the system's folders, and mounts /proc. */
void root_attach(int skeleton, const struct mounts *system);

/* /tmp and /dev/shm, as far as they can be written. */
void root_add_temporary(const struct start_request *request);

/* Seals the current folder read-only, makes it the root of this process and lets go of the host's. */
void root_enter(void);

#endif
