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

/* The id map of a process in a user namespace of its own, opened before it is known what will stand in it. */
struct identity_map {
  int user, group;
};

struct identity_map identity_map_open(pid_t process);

/* Maps `inside` to `outside` (user and group); it can be written once. */
void identity_map_write(const struct identity_map *map, unsigned inside, unsigned outside_user, unsigned outside_group);

/* A user namespace that exists only as a table "on disk -> as seen" for MOUNT_ATTR_IDMAP. */
struct identity_table {
  struct identity_map map;
  int space; /* the namespace */
  int life;  /* what keeps it alive until a mount does */
};

struct identity_table identity_table_open(void);

/* The table's namespace, for one use. */
int identity_table_write(const struct identity_table *table, unsigned disk_user, unsigned disk_group, unsigned seen);

/* Becomes INSIDE_ID in the own user namespace. */
void identity_assume(void);

/* Ends the start with the sentence that says which switch forbids user namespaces. */
_Noreturn void identity_refused(void);

/* That sentence's advice for this machine. */
const char *identity_advice(void);

#endif
