/* When a run began, and whether something of the person's changed since. */
#ifndef CLAWHOLD_TREE_MOMENT_H
#define CLAWHOLD_TREE_MOMENT_H

#include <stdbool.h>
#include <sys/stat.h>

struct tree_moment {
  long long seconds, fraction; /* of the clock that stamps files */
  unsigned long long root;     /* inode of the task folder */
};

/* Writes the present moment as `SECONDS.NANOSECONDS.INODE`, and reads it back; false when it is malformed. */
void tree_moment_write(const struct stat *root, char text[96]);
bool tree_moment_read(const char *text, struct tree_moment *moment);

/* The inode was written to, renamed, linked or re-moded at or after the moment: in doubt, yes. */
bool tree_changed_since(const struct stat *status, const struct tree_moment *moment);

#endif
