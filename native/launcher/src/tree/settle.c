#define _GNU_SOURCE
#include "tree/transaction.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>


static bool finish(struct tree_transaction *transaction) {
  if (tree_apply(transaction) == 0 && syncfs(transaction->lower) == 0 && tree_journal_mark_done(transaction) == 0) {
    tree_staging_remove(transaction);
    return true;
  }
  int reason = errno;
  tree_journal_unmark(transaction);
  (void)tree_go_back(transaction); /* what stays is the work of somebody else */
  tree_journal_withdraw(transaction);
  tree_staging_remove(transaction);
  errno = reason;
  return false;
}

bool tree_commit(struct tree_transaction *transaction) {
  /* One flush of each file system instead of one per file: forty small files cost two journal commits, not eighty. */
  if (syncfs(transaction->staging) != 0 || syncfs(transaction->folder) != 0 || tree_journal_commit(transaction) != 0) {
    int reason = errno;
    tree_staging_remove(transaction);
    errno = reason;
    return false;
  }
  return finish(transaction);
}

enum tree_phase tree_settle(struct tree_transaction *transaction) {
  enum tree_phase phase = tree_journal_load(transaction);
  if (phase != TREE_COMMITTED) {
    tree_staging_remove(transaction);
    return phase;
  }
  transaction->staging = tree_open(transaction->lower, transaction->staging_name, O_RDONLY | O_DIRECTORY);
  return finish(transaction) ? TREE_DONE : TREE_NOT_STARTED;
}
