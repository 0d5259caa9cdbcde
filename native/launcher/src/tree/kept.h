/* All keeps of one run, in one folder of its storage: `kept/ID` holds the journals and old contents of the keep ID. */
#ifndef CLAWHOLD_TREE_KEPT_H
#define CLAWHOLD_TREE_KEPT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "tree/transaction.h"

/* Letters, digits, "-" and "_", at most 64: it becomes part of file names. */
bool tree_kept_id_is_valid(const char *id);

/* Makes the folder of a keep, and those above it in storage, when they are missing. */
void tree_kept_create(const char *kept, const char *id);

/* Finishes or takes back whatever was killed. Returns how many transactions are done altogether. */
size_t tree_kept_settle(const char *lower, const char *kept);

/* What our own keeps and undos left in the person's folder: no change of the person's, though newer than the run. */
struct tree_own {
  struct tree_identity *identities;
  size_t count;
};
void tree_own_load(struct tree_own *own, const char *lower, const char *kept);
bool tree_own_has(const struct tree_own *own, const struct stat *status);

#endif
