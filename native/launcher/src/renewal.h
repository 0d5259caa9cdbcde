/*
 * Mounts the task folder of a running sandbox anew, on other layers: what was written so far becomes a checkpoint, or the
 * folder goes back to one.
 *
 * overlayfs takes its layers once, when it is mounted. The old view is let go of at a moment when the sandbox has no
 * process but its first one, which looks for itself; the unmount is not lazy, so that the kernel refuses it while
 * anything inside is open. Nothing is changed before that has worked. Whatever fails after it ends the sandbox: its files
 * are whole, and the next sandbox of the run shows them.
 */
#ifndef CLAWHOLD_RENEWAL_H
#define CLAWHOLD_RENEWAL_H

#include "sandbox.h"

/* A request of the supervisor. Answered when the folder is there again, or nothing was changed. */
void renewal_start(uint32_t id, struct reader payload);

/* Its first process looked around. */
void renewal_looked(struct sandbox *sandbox, bool alone);

/* Its first process runs programs again. */
void renewal_done(struct sandbox *sandbox);

/* True when the process was one of a renewal. */
bool renewal_reaped(pid_t process, int status);

/* The sandbox ended meanwhile. */
void renewal_abandon(struct sandbox *sandbox);

#endif
