/* The first half of a transaction: everything is copied, digested and owned before anything of the person's moves. */
#ifndef CLAWHOLD_TREE_PREPARE_H
#define CLAWHOLD_TREE_PREPARE_H

#include "tree/transaction.h"
#include "tree/view.h"

/*
 * Where the new content comes from: for a keep the same path in the view, for an undo the numbered copy in storage.
 * `original` is then the step of the keep, whose owner, times and attributes come back; NULL for a keep.
 */
struct tree_supply {
  const struct tree_view *view;
  const struct tree_step *const *originals;
};

/* 0, or -1: `conflict` names a path whose content is no longer what was chosen (ESTALE), or errno. */
int tree_prepare(struct tree_transaction *transaction, const struct tree_supply *supply);

#endif
