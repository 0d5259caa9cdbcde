#define _GNU_SOURCE
#include "tree/jobs.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "tree/entry.h"
#include "tree/kept.h"
#include "tree/prepare.h"
#include "tree/report.h"
#include "tree/steps.h"

/* The keep, turned round. Each step may go only from exactly what the keep left. */
static struct tree_step *turn_round(const struct tree_transaction *keep) {
  static struct tree_entry entry;
  static char now[TREE_STATE_SIZE];
  struct tree_step *steps = tree_memory(NULL, (keep->count + 1) * sizeof *steps);
  for (size_t i = 0; i < keep->count; i++) {
    const struct tree_step *kept = &keep->steps[i];
    steps[i] = (struct tree_step){.path = kept->path, .from = kept->to, .to = kept->from, .source = kept->source};
    tree_look(keep->lower, kept->path, LLONG_MAX, &entry);
    tree_state(&entry, entry.status.st_mode & 07777, now);
    if (entry.refused != NULL || strcmp(now, kept->to) != 0) steps[i].refused = "changed-since-keep";
  }
  return steps;
}

static int apply(struct tree_transaction *undo, struct tree_step *steps, size_t count,
                 const struct tree_transaction *keep) {
  const struct tree_step **originals = tree_memory(NULL, undo->count * sizeof *originals);
  for (size_t i = 0; i < undo->count; i++)
    originals[i] = tree_steps_find(keep->steps, keep->count, undo->steps[i].path);
  struct tree_supply supply = {.originals = originals};
  bool is_applied = tree_prepare(undo, &supply) == 0 && tree_commit(undo);
  if (!is_applied && undo->conflict == NULL)
    tree_fail("failed", "The changes could not be taken back, nothing was changed: %s.", strerror(errno));
  if (!is_applied) tree_steps_find(steps, count, undo->conflict)->refused = "changed-meanwhile";
  tree_steps_report(steps, count, is_applied);
  return 0;
}

/* LOWER KEPT ID all|skip */
int tree_undo(char **arguments) {
  const char *lower = arguments[0], *kept = arguments[1], *id = arguments[2];
  bool skips = strcmp(arguments[3], "skip") == 0;
  struct tree_transaction keep, undo;
  if (!tree_kept_id_is_valid(id)) return 2;
  tree_kept_settle(lower, kept);
  tree_transaction_open(&keep, "keep", lower, kept, id);
  if (tree_journal_load(&keep) != TREE_DONE) tree_fail("not-kept", "Nothing was kept under the name %s.", id);
  tree_transaction_close(&keep); /* and its lock; the descriptors below are those of the undo */
  tree_transaction_open(&undo, "undo", lower, kept, id);
  keep.lower = undo.lower;
  if (tree_settle(&undo) == TREE_DONE) { /* asked again after it was done */
    tree_steps_report(undo.steps, undo.count, true);
    return 0;
  }
  struct tree_step *steps = turn_round(&keep);
  size_t count = keep.count;
  tree_steps_refuse_groundless(undo.lower, steps, count);
  tree_steps_add_closed_folders(undo.lower, &steps, &count);
  bool is_refused = tree_steps_refused(steps, count) > 0 && !skips;
  if (is_refused || !tree_steps_take(&undo, steps, count)) {
    tree_steps_report(steps, count, false);
    return 0;
  }
  return apply(&undo, steps, count, &keep);
}

/* LOWER KEPT: the number of transactions that are done. */
int tree_recover(char **arguments) {
  tree_number(tree_kept_settle(arguments[0], arguments[1]));
  tree_flush();
  return 0;
}
