#define _GNU_SOURCE
#include "tree/transaction.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "tree/entry.h"

/* What somebody else changed since is left as it is: their work counts more than a tidy way back. */

static bool is_staged(const struct tree_transaction *transaction, const char *name) {
  return faccessat(transaction->staging, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

static bool set_mode_back(struct tree_step *step, struct tree_place *place) {
  if (place->occupant != TREE_OLD) return false;
  mode_t mode = tree_state_mode(step->from);
  if ((place->status.st_mode & 07777) == mode) return true;
  return fchmodat(place->parent, place->name, mode, AT_SYMLINK_NOFOLLOW) == 0;
}

static bool take_fresh_back(struct tree_transaction *transaction, struct tree_step *step, struct tree_place *place) {
  char name[32];
  tree_staged_name(name, 'n', (size_t)(step - transaction->steps));
  if (place->occupant != TREE_FRESH) return is_staged(transaction, name); /* it never left, or somebody moved it */
  if (!tree_is_untouched(&place->status, &step->fresh, false)) return false;
  if (tree_step_exchanges(step))
    return renameat2(transaction->staging, name, place->parent, place->name, RENAME_EXCHANGE) == 0;
  bool is_folder = step->to[0] == TREE_FOLDER;
  if (is_folder && fchmodat(place->parent, place->name, 0700, AT_SYMLINK_NOFOLLOW) != 0) return false;
  if (renameat2(place->parent, place->name, transaction->staging, name, RENAME_NOREPLACE) != 0) return false;
  if (!is_folder || tree_folder_is_empty(transaction->staging, name)) return true;
  (void)renameat2(transaction->staging, name, place->parent, place->name, RENAME_NOREPLACE);
  return false;
}

static bool bring_old_back(struct tree_transaction *transaction, struct tree_step *step, struct tree_place *place) {
  char name[32];
  tree_staged_name(name, 'o', (size_t)(step - transaction->steps));
  if (!is_staged(transaction, name)) return place->occupant == TREE_OLD;
  return place->parent >= 0 &&
         renameat2(transaction->staging, name, place->parent, place->name, RENAME_NOREPLACE) == 0;
}

/* The last act of applying may have closed a folder that must now give back what it holds. */
static void open_up(struct tree_step *step, struct tree_place *place) {
  if (place->occupant != TREE_FRESH && place->occupant != TREE_OLD) return;
  if (!S_ISDIR(place->status.st_mode) || (place->status.st_mode & 0700) == 0700) return;
  (void)fchmodat(place->parent, place->name, (tree_state_mode(step->to) | 0700) & 0777, AT_SYMLINK_NOFOLLOW);
}

size_t tree_go_back(struct tree_transaction *transaction) {
  struct tree_step *first = transaction->steps, *end = first + transaction->count;
  struct tree_place place;
  size_t left = 0;
  for (struct tree_step *step = first; step < end; step++) {
    if (step->to[0] != TREE_FOLDER) continue;
    tree_place_open(transaction, step, &place);
    open_up(step, &place);
    tree_place_close(&place);
  }
  for (struct tree_step *step = end; step-- > first;) {
    if (!tree_step_places(step) && !tree_step_exchanges(step)) continue;
    tree_place_open(transaction, step, &place);
    left += !take_fresh_back(transaction, step, &place);
    tree_place_close(&place);
  }
  for (struct tree_step *step = first; step < end; step++) {
    if (!tree_step_takes_away(step)) continue;
    tree_place_open(transaction, step, &place);
    left += !bring_old_back(transaction, step, &place);
    tree_place_close(&place);
  }
  for (struct tree_step *step = end; step-- > first;) {
    if (step->from[0] != TREE_FOLDER && !tree_step_only_sets_mode(step)) continue;
    tree_place_open(transaction, step, &place);
    left += !set_mode_back(step, &place);
    tree_place_close(&place);
  }
  return left;
}
