/*
 * Who the sandbox is to the kernel of the host.
 *
 * A privileged launcher gives each sandbox one host id of a reserved range; an unprivileged one can only give its own.
 * Inside, both look like the same plain user (INSIDE_ID); host uid 0 is never mapped.
 */
#ifndef CLAWHOLD_IDENTITY_H
#define CLAWHOLD_IDENTITY_H

#include <stdbool.h>
#include <sys/types.h>

bool identity_privileged(void);

/* Maps `inside` to `outside` (user and group) in the user namespace of `process`. */
void identity_map(pid_t process, unsigned inside, unsigned outside_user, unsigned outside_group);

/* A user namespace that exists only as the table "on disk -> as seen"; the descriptor for MOUNT_ATTR_IDMAP. */
int identity_table(unsigned on_disk_user, unsigned on_disk_group, unsigned seen);

/* Becomes INSIDE_ID in the own user namespace. */
void identity_assume(void);

/* Ends the start with the sentence that says which switch forbids user namespaces. */
_Noreturn void identity_refused(void);

/* That sentence's advice for this machine. */
const char *identity_advice(void);

#endif
