#define _GNU_SOURCE
#include "tree/transaction.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "tree/report.h"

void tree_transaction_open(struct tree_transaction *transaction, const char *name, const char *lower, const char *kept,
                           const char *id) {
  *transaction = (struct tree_transaction){.name = name, .saves_old = strcmp(name, "keep") == 0, .staging = -1};
  transaction->lower = tree_open_root(lower, "task folder");
  int all = tree_open_root(kept, "storage folder");
  transaction->folder = tree_open(all, id, O_RDONLY | O_DIRECTORY);
  close(all);
  if (transaction->folder < 0) tree_fail("not-kept", "Nothing was kept under the name %s.", id);
  snprintf(transaction->staging_name, sizeof transaction->staging_name, TREE_RESERVED "%s-%s", name, id);
  if (fstat(transaction->lower, &transaction->root) != 0)
    tree_fail("unreachable", "The task folder cannot be read: %s.", strerror(errno));
  if (flock(transaction->lower, LOCK_EX | LOCK_NB) != 0)
    tree_fail("busy", "Another change of this task folder is being kept or undone right now.");
}

void tree_transaction_close(struct tree_transaction *transaction) {
  close(transaction->lower);
  close(transaction->folder);
}

void tree_staged_name(char name[32], char kind, size_t number) {
  snprintf(name, 32, "%c%zu", kind, number);
}

void tree_copy_name(char name[32], size_t number) {
  snprintf(name, 32, TREE_COPIES "/%zu", number);
}

void tree_staging_create(struct tree_transaction *transaction) {
  if (mkdirat(transaction->lower, transaction->staging_name, 0700) != 0)
    tree_fail("unwritable", "Nothing can be written to the task folder: %s.", strerror(errno));
  transaction->staging = tree_open(transaction->lower, transaction->staging_name, O_RDONLY | O_DIRECTORY);
  if (transaction->staging < 0) tree_fail("unwritable", "The task folder changed meanwhile.");
}

/* Folders go only when they are empty: nothing that somebody put into one meanwhile is deleted with it. */
void tree_staging_remove(struct tree_transaction *transaction) {
  if (transaction->staging < 0)
    transaction->staging = tree_open(transaction->lower, transaction->staging_name, O_RDONLY | O_DIRECTORY);
  if (transaction->staging < 0) return;
  DIR *stream = fdopendir(transaction->staging);
  struct dirent *entry;
  while (stream != NULL && (entry = readdir(stream)) != NULL) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    if (unlinkat(transaction->staging, entry->d_name, 0) != 0 && errno == EISDIR)
      (void)unlinkat(transaction->staging, entry->d_name, AT_REMOVEDIR);
  }
  if (stream != NULL) closedir(stream);
  transaction->staging = -1;
  (void)unlinkat(transaction->lower, transaction->staging_name, AT_REMOVEDIR);
}
