#define _GNU_SOURCE
#include "tree/prepare.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "tree/content.h"
#include "tree/entry.h"
#include "tree/report.h"

#define OPEN_FOLDER (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
#define CREATE_FILE (O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC)

static int changed(struct tree_transaction *transaction, const struct tree_step *step) {
  transaction->conflict = step->path;
  return errno = ESTALE, -1;
}

static bool holds_digest(const char *state, const char *digest) {
  size_t length = strlen(state);
  return length > 64 && strcmp(state + length - 64, digest) == 0;
}

#define TO_READ (O_RDONLY | O_NONBLOCK | O_NOCTTY)

static int open_to_read(int root, const char *path) { return tree_open(root, path, TO_READ); }

/* Copies content and attributes of what is there now to storage, so that undo can bring them back. */
static int copy_old(struct tree_transaction *transaction, const struct tree_step *step, bool is_folder) {
  char name[32], digest[TREE_DIGEST_SIZE];
  tree_copy_name(name, step->source);
  (void)unlinkat(transaction->folder, name, is_folder ? AT_REMOVEDIR : 0);
  if (is_folder && mkdirat(transaction->folder, name, 0700) != 0) return -1;
  int to = openat(transaction->folder, name, is_folder ? OPEN_FOLDER : CREATE_FILE, 0600);
  if (to < 0) return -1;
  int from = open_to_read(transaction->lower, step->path);
  int result = from < 0 ? -1 : is_folder ? 0 : tree_copy_content(from, to, digest);
  struct stat now;
  if (result == 0) {
    tree_copy_attributes(from, to, true);
    result = fstat(from, &now);
  }
  if (result == 0 && (!tree_is_untouched(&now, &step->old, true) || (!is_folder && !holds_digest(step->from, digest))))
    result = changed(transaction, step);
  int reason = errno;
  if (from >= 0) close(from);
  close(to);
  return errno = reason, result;
}

static int save_old(struct tree_transaction *transaction, struct tree_step *step) {
  struct tree_place place;
  tree_place_open(transaction, step, &place);
  tree_place_close(&place);
  bool is_there = place.occupant != TREE_NOBODY;
  if (is_there != (step->from[0] != TREE_ABSENT)) return changed(transaction, step);
  if (!is_there) return 0;
  tree_identify(&place.status, &step->old);
  step->owner = place.status.st_uid;
  step->group = place.status.st_gid;
  bool is_folder = step->from[0] == TREE_FOLDER;
  bool has_content = is_folder || step->from[0] == TREE_FILE; /* the state of a link is all there is to it */
  if (!transaction->saves_old || !has_content || tree_step_only_sets_mode(step)) return 0;
  return copy_old(transaction, step, is_folder);
}

/*
 * The owner of the task folder; an entry that already was theirs keeps its group. An undo gives back what was.
 * An ordinary user owns everything already and may not be a member of the group: no error.
 */
static int give(const struct tree_transaction *transaction, const struct tree_step *step,
                const struct tree_step *original, const char *name) {
  uid_t owner = original == NULL ? transaction->root.st_uid : original->owner;
  bool was_theirs = step->from[0] != TREE_ABSENT && step->owner == owner;
  gid_t group = original != NULL ? original->group : was_theirs ? step->group : transaction->root.st_gid;
  if (fchownat(transaction->staging, name, owner, group, AT_SYMLINK_NOFOLLOW) == 0) return 0;
  return geteuid() == 0 ? -1 : 0;
}

static int fill(struct tree_transaction *transaction, const struct tree_supply *supply, struct tree_step *step, int to,
                const struct tree_step *original) {
  char copy[32], digest[TREE_DIGEST_SIZE];
  tree_copy_name(copy, step->source);
  int from = original == NULL ? tree_open_through(supply->view, step->path, TO_READ) : open_to_read(transaction->folder, copy);
  if (from < 0) return errno == ENOENT || errno == ELOOP ? changed(transaction, step) : -1;
  int result = 0;
  if (step->to[0] == TREE_FILE) {
    result = tree_copy_content(from, to, digest);
    if (result == 0 && !holds_digest(step->to, digest)) result = changed(transaction, step);
  }
  if (result == 0 && original != NULL) tree_copy_attributes(from, to, true);
  close(from);
  return result;
}

/* A file that replaces one of the person's keeps their attributes, but not capabilities: its content is another's. */
static void inherit_attributes(const struct tree_transaction *transaction, const struct tree_step *step, int to) {
  if (step->from[0] != step->to[0]) return;
  int from = open_to_read(transaction->lower, step->path);
  if (from < 0) return;
  tree_copy_attributes(from, to, false);
  close(from);
}

static int stage_with_content(struct tree_transaction *transaction, const struct tree_supply *supply,
                              struct tree_step *step, const char *name, const struct tree_step *original) {
  bool is_folder = step->to[0] == TREE_FOLDER;
  if (is_folder && mkdirat(transaction->staging, name, 0700) != 0) return -1;
  int to = openat(transaction->staging, name, is_folder ? OPEN_FOLDER : CREATE_FILE, 0600);
  if (to < 0) return -1;
  int result = is_folder && original == NULL ? 0 : fill(transaction, supply, step, to, original);
  if (result == 0 && original == NULL) inherit_attributes(transaction, step, to);
  /* The mode of a folder comes last of all, it may forbid filling it. Ownership first: chown clears mode bits. */
  if (result == 0) result = give(transaction, step, original, name);
  if (result == 0 && !is_folder) result = fchmod(to, tree_state_mode(step->to));
  if (result == 0 && !is_folder && original != NULL) {
    struct timespec times[2] = {{.tv_nsec = UTIME_OMIT},
                                {.tv_sec = original->old.modified, .tv_nsec = original->old.modified_fraction}};
    result = futimens(to, times);
  }
  int reason = errno;
  close(to);
  return errno = reason, result;
}

static int stage_link(struct tree_transaction *transaction, struct tree_step *step, const char *name,
                      const struct tree_step *original) {
  if (symlinkat(step->to + 2, transaction->staging, name) != 0) return -1;
  return give(transaction, step, original, name);
}

static int stage_new(struct tree_transaction *transaction, const struct tree_supply *supply, struct tree_step *step) {
  if (step->to[0] == TREE_ABSENT || tree_step_only_sets_mode(step)) return 0;
  size_t number = (size_t)(step - transaction->steps);
  const struct tree_step *original = supply->originals == NULL ? NULL : supply->originals[number];
  char name[32];
  tree_staged_name(name, 'n', number);
  int result = step->to[0] == TREE_LINK ? stage_link(transaction, step, name, original)
                                        : stage_with_content(transaction, supply, step, name, original);
  struct stat status;
  if (result == 0) result = fstatat(transaction->staging, name, &status, AT_SYMLINK_NOFOLLOW);
  if (result == 0) tree_identify(&status, &step->fresh);
  return result;
}

int tree_prepare(struct tree_transaction *transaction, const struct tree_supply *supply) {
  if (mkdirat(transaction->folder, TREE_COPIES, 0700) != 0 && errno != EEXIST) return -1;
  tree_staging_create(transaction);
  for (size_t i = 0; i < transaction->count; i++) {
    struct tree_step *step = &transaction->steps[i];
    if (save_old(transaction, step) == 0 && stage_new(transaction, supply, step) == 0) continue;
    int reason = errno;
    tree_staging_remove(transaction);
    return errno = reason, -1;
  }
  return 0;
}
