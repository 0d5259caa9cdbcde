/*
 * Landlock: a second lock on files and signals that holds even if a mount or an id map were wrong.
 */
#ifndef CLAWHOLD_LANDLOCK_H
#define CLAWHOLD_LANDLOCK_H

#include "layers/paths.h"

/* The version that keeps signals and abstract sockets inside the domain. */
enum { LANDLOCK_SCOPES = 6 };

/* The rules for all that a sandbox shows, without the task folder. */
struct landlock {
  unsigned version; /* of the kernel's Landlock, as far as the rules go; 0: it has none, and the policy may do without */
  int ruleset;      /* stays open in the first process, and in no other; -1 without Landlock */
};

/* Fails the start without Landlock, unless the policy says that it may do without. */
struct landlock landlock_describe(const struct files_request *files, const struct paths *paths);

/* Restricts this thread and its children to the rules and to the task folder as it is mounted now. */
void landlock_enter(const struct landlock *landlock, enum task_access task);

/* The version that the kernel speaks, 0 when it speaks none. */
unsigned landlock_version(void);

#endif
