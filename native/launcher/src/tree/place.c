#define _GNU_SOURCE
#include "tree/transaction.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "tree/entry.h"

bool tree_step_only_sets_mode(const struct tree_step *step) {
  return tree_state_only_mode_differs(step->from, step->to);
}

bool tree_step_takes_away(const struct tree_step *step) {
  if (step->from[0] == TREE_ABSENT) return false;
  return step->to[0] == TREE_ABSENT || (step->from[0] == TREE_FOLDER) != (step->to[0] == TREE_FOLDER);
}

bool tree_step_places(const struct tree_step *step) {
  return step->to[0] != TREE_ABSENT && (step->from[0] == TREE_ABSENT || tree_step_takes_away(step));
}

bool tree_step_exchanges(const struct tree_step *step) {
  return step->from[0] != TREE_ABSENT && !tree_step_takes_away(step) && !tree_step_only_sets_mode(step);
}

void tree_place_open(const struct tree_transaction *transaction, const struct tree_step *step,
                     struct tree_place *place) {
  place->parent = tree_open_parent(transaction->lower, step->path, &place->name);
  place->occupant = TREE_NOBODY;
  if (place->parent < 0 || fstatat(place->parent, place->name, &place->status, AT_SYMLINK_NOFOLLOW) != 0) return;
  place->occupant = TREE_STRANGER;
  if (step->from[0] != TREE_ABSENT && place->status.st_ino == step->old.inode) place->occupant = TREE_OLD;
  else if (step->fresh.inode != 0 && place->status.st_ino == step->fresh.inode) place->occupant = TREE_FRESH;
}

void tree_place_close(struct tree_place *place) {
  if (place->parent >= 0) close(place->parent);
}

bool tree_is_untouched(const struct stat *status, const struct tree_identity *identity, bool with_ctime) {
  if (S_ISDIR(status->st_mode)) return true; /* its entries are steps of their own, or keep it from being removed */
  struct tree_identity now;
  tree_identify(status, &now);
  if (!with_ctime) now.changed = identity->changed, now.changed_fraction = identity->changed_fraction;
  return memcmp(&now, identity, sizeof now) == 0;
}

bool tree_folder_is_empty(int parent, const char *name) {
  int fd = tree_open(parent, name, O_RDONLY | O_DIRECTORY);
  DIR *stream = fd < 0 ? NULL : fdopendir(fd);
  int entries = 0;
  while (stream != NULL && readdir(stream) != NULL) entries++;
  if (stream != NULL) closedir(stream);
  return stream != NULL && entries == 2;
}
