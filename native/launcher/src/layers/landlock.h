/*
 * Landlock: a second lock on files and signals that holds even if a mount or an id map were wrong.
 */
#ifndef CLAWHOLD_LANDLOCK_H
#define CLAWHOLD_LANDLOCK_H

#include "layers/paths.h"

/* The version that keeps signals and abstract sockets inside the domain. */
enum { LANDLOCK_SCOPES = 6 };

/*
 * Restricts this process and its children, as far as the kernel's version of Landlock goes; returns that version. Without
 * Landlock it fails the start, unless the policy says that it may do without.
 */
unsigned landlock_restrict(const struct files_request *files, const struct paths *paths);

/* The version that the kernel speaks, 0 when it speaks none. */
unsigned landlock_version(void);

#endif
