/*
 * The root file system of a sandbox: an empty tmpfs on which only what is on a list appears.
 *
 * A list of what to hide would always forget something (/var/lib, /opt, the next home); a list of what to show cannot.
 */
#ifndef CLAWHOLD_ROOT_H
#define CLAWHOLD_ROOT_H

#include "mounts.h"

/* Builds the root, makes it the root of this process and lets go of the host's. */
void root_build(const struct start_request *request, const struct mounts *mounts);

#endif
