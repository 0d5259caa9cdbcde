#define _GNU_SOURCE
#include "tree/transaction.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tree/entry.h"

static int unexpected(struct tree_transaction *transaction, const struct tree_step *step) {
  transaction->conflict = step->path;
  return errno = ESTALE, -1;
}

static bool is_staged(const struct tree_transaction *transaction, const char *name, struct stat *status) {
  return fstatat(transaction->staging, name, status, AT_SYMLINK_NOFOLLOW) == 0;
}

/* Folders that will be emptied or filled must be writable meanwhile; an ordinary user cannot write to 0555. */
static int open_up(struct tree_step *step, struct tree_place *place) {
  mode_t mode = tree_state_mode(step->from);
  if (step->from[0] != TREE_FOLDER || (mode & 0700) == 0700 || place->occupant != TREE_OLD) return 0;
  return fchmodat(place->parent, place->name, mode | 0700, AT_SYMLINK_NOFOLLOW);
}

static int take_away(struct tree_transaction *transaction, struct tree_step *step, struct tree_place *place) {
  char name[32];
  struct stat out;
  tree_staged_name(name, 'o', (size_t)(step - transaction->steps));
  if (is_staged(transaction, name, &out)) return 0; /* done before this job was killed */
  if (place->occupant != TREE_OLD || !tree_is_untouched(&place->status, &step->old, true))
    return unexpected(transaction, step);
  if (renameat2(place->parent, place->name, transaction->staging, name, RENAME_NOREPLACE) != 0) return -1;
  bool is_whole = is_staged(transaction, name, &out) && out.st_ino == step->old.inode &&
                  tree_is_untouched(&out, &step->old, false);
  if (is_whole && (!S_ISDIR(out.st_mode) || tree_folder_is_empty(transaction->staging, name))) return 0;
  (void)renameat2(transaction->staging, name, place->parent, place->name, RENAME_NOREPLACE);
  return unexpected(transaction, step);
}

static int place_fresh(struct tree_transaction *transaction, struct tree_step *step, struct tree_place *place) {
  if (place->occupant == TREE_FRESH) return 0;
  if (place->occupant != TREE_NOBODY || place->parent < 0) return unexpected(transaction, step);
  char name[32];
  tree_staged_name(name, 'n', (size_t)(step - transaction->steps));
  if (renameat2(transaction->staging, name, place->parent, place->name, RENAME_NOREPLACE) == 0) return 0;
  return errno == EEXIST || errno == ENOENT ? unexpected(transaction, step) : -1;
}

static int exchange(struct tree_transaction *transaction, struct tree_step *step, struct tree_place *place) {
  if (place->occupant == TREE_FRESH) return 0;
  if (place->occupant != TREE_OLD || !tree_is_untouched(&place->status, &step->old, true))
    return unexpected(transaction, step);
  char name[32];
  struct stat out;
  tree_staged_name(name, 'n', (size_t)(step - transaction->steps));
  if (renameat2(transaction->staging, name, place->parent, place->name, RENAME_EXCHANGE) != 0) return -1;
  if (is_staged(transaction, name, &out) && out.st_ino == step->old.inode && tree_is_untouched(&out, &step->old, false))
    return 0;
  (void)renameat2(transaction->staging, name, place->parent, place->name, RENAME_EXCHANGE);
  return unexpected(transaction, step);
}

static int set_mode(struct tree_transaction *transaction, struct tree_step *step, struct tree_place *place) {
  bool is_new_folder = step->to[0] == TREE_FOLDER && place->occupant == TREE_FRESH;
  if (!is_new_folder && !tree_step_only_sets_mode(step)) return 0;
  mode_t mode = tree_state_mode(step->to);
  if (!is_new_folder && place->occupant != TREE_OLD) return unexpected(transaction, step);
  if ((place->status.st_mode & 07777) == mode) return 0;
  if (step->to[0] == TREE_FILE && !tree_is_untouched(&place->status, &step->old, true))
    return unexpected(transaction, step);
  return fchmodat(place->parent, place->name, mode, AT_SYMLINK_NOFOLLOW);
}

typedef int move(struct tree_transaction *, struct tree_step *, struct tree_place *);

static int make(struct tree_transaction *transaction, struct tree_step *step, move *how) {
  struct tree_place place;
  tree_place_open(transaction, step, &place);
  int result = how != NULL ? how(transaction, step, &place) : open_up(step, &place);
  int reason = errno;
  tree_place_close(&place);
  errno = reason;
  return result;
}

int tree_apply(struct tree_transaction *transaction) {
  struct tree_step *first = transaction->steps, *end = first + transaction->count;
  for (struct tree_step *step = first; step < end; step++)
    if (make(transaction, step, NULL) != 0) return -1;
  for (struct tree_step *step = end; step-- > first;) /* what a folder holds leaves before the folder */
    if (tree_step_takes_away(step) && make(transaction, step, take_away) != 0) return -1;
  for (struct tree_step *step = first; step < end; step++) {
    move *how = tree_step_places(step) ? place_fresh : tree_step_exchanges(step) ? exchange : NULL;
    if (how != NULL && make(transaction, step, how) != 0) return -1;
  }
  for (struct tree_step *step = end; step-- > first;) /* last, because a mode can forbid to write to a folder */
    if (make(transaction, step, set_mode) != 0) return -1;
  return 0;
}
