/* Which entries of a person's folder no sandbox may see: rules on their names and, for some, on what they hold. */
#ifndef CLAWHOLD_TREE_HIDDEN_H
#define CLAWHOLD_TREE_HIDDEN_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Fields come in pairs: a glob on the last components of a path (letter case does not count, `*` does not cross a `/`), and
 * a text that the file must hold to be hidden, or "". A glob that begins with `!` is of what is never hidden.
 */
struct tree_hidden_rules {
  struct tree_hidden_rule *buckets[256]; /* by the first letter of the last component; those that begin with `*` at 0 */
};

void tree_hidden_read(struct tree_hidden_rules *rules, char **fields, size_t count);

/* Whether the entry at `path` below `root` is to be hidden. What must be looked into and cannot be read is. */
bool tree_is_hidden(const struct tree_hidden_rules *rules, int root, const char *path);

#endif
