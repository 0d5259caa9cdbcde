/* A set of steps that belong together: ordered, complete, and free of steps that others would pull the ground from. */
#ifndef CLAWHOLD_TREE_STEPS_H
#define CLAWHOLD_TREE_STEPS_H

#include "tree/transaction.h"

/* Orders by path and drops all but one step of each. Returns how many are left. */
size_t tree_steps_order(struct tree_step *steps, size_t count);

/* The step for a path, or NULL. */
struct tree_step *tree_steps_find(struct tree_step *steps, size_t count, const char *path);

/*
 * Refuses what cannot work in the person's folder: an entry whose folder is not there, and a folder that goes while
 * something else stays in it. Refusing one can refuse another, so it goes on until nothing changes.
 */
void tree_steps_refuse_groundless(int lower, struct tree_step *steps, size_t count);

/*
 * Adds the folders that forbid their owner to change what they hold: steps from a mode to the same mode, so that an
 * ordinary user's keep may open them meanwhile and the journal knows how they were. `steps` may move.
 */
void tree_steps_add_closed_folders(int lower, struct tree_step **steps, size_t *count);

/* Writes `path` and the reason why it was refused ("" for done) for each, then the end group. */
void tree_steps_report(const struct tree_step *steps, size_t count, bool was_applied);

/* Leaves only the steps that were not refused in the transaction; false when none is left. */
bool tree_steps_take(struct tree_transaction *transaction, const struct tree_step *steps, size_t count);

/* How many were refused. */
size_t tree_steps_refused(const struct tree_step *steps, size_t count);

#endif
