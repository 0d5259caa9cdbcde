#define _GNU_SOURCE
#include "tree/kept.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tree/report.h"

static const char *const names[] = {"keep", "undo"};

bool tree_kept_id_is_valid(const char *id) {
  static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
  size_t length = strlen(id);
  return length > 0 && length <= 64 && strspn(id, allowed) == length;
}

void tree_kept_create(const char *kept, const char *id) {
  (void)mkdir(kept, 0700);
  int all = tree_open_root(kept, "storage folder");
  if ((mkdirat(all, id, 0700) != 0 && errno != EEXIST) || fsync(all) != 0)
    tree_fail("storage", "Nothing can be written to the storage of this run: %s.", strerror(errno));
  close(all);
}

typedef void visit(struct tree_transaction *transaction, void *with);

static void for_each(const char *lower, const char *kept, visit *call, void *with) {
  DIR *stream = opendir(kept);
  if (stream == NULL && errno == ENOENT) return;
  if (stream == NULL) tree_fail("storage", "The storage of this run cannot be read: %s.", strerror(errno));
  struct dirent *entry;
  while ((entry = readdir(stream)) != NULL) {
    if (!tree_kept_id_is_valid(entry->d_name)) continue;
    for (size_t i = 0; i < 2; i++) {
      struct tree_transaction transaction;
      tree_transaction_open(&transaction, names[i], lower, kept, entry->d_name);
      call(&transaction, with);
      tree_transaction_close(&transaction);
    }
  }
  closedir(stream);
}

static void settle(struct tree_transaction *transaction, void *with) {
  *(size_t *)with += tree_settle(transaction) == TREE_DONE;
}

size_t tree_kept_settle(const char *lower, const char *kept) {
  size_t done = 0;
  for_each(lower, kept, settle, &done);
  return done;
}

static void add(struct tree_own *own, const struct tree_transaction *transaction, bool is_done) {
  size_t room = own->count + transaction->count;
  own->identities = tree_memory(own->identities, (room + 1) * sizeof *own->identities);
  for (size_t i = 0; i < transaction->count; i++) {
    const struct tree_step *step = &transaction->steps[i];
    own->identities[own->count++] = is_done && !tree_step_only_sets_mode(step) ? step->fresh : step->old;
  }
}

/* Also what was put back: moving it away and back gave it a new ctime. */
static void add_own(struct tree_transaction *transaction, void *with) {
  if (tree_journal_load_withdrawn(transaction)) add(with, transaction, false);
  if (tree_journal_load(transaction) == TREE_DONE) add(with, transaction, true);
}

static int compare(const void *one, const void *other) {
  const struct tree_identity *left = one, *right = other;
  return left->inode < right->inode ? -1 : left->inode > right->inode;
}

void tree_own_load(struct tree_own *own, const char *lower, const char *kept) {
  *own = (struct tree_own){0};
  for_each(lower, kept, add_own, own);
  if (own->count > 0) qsort(own->identities, own->count, sizeof *own->identities, compare);
}

bool tree_own_has(const struct tree_own *own, const struct stat *status) {
  struct tree_identity key;
  tree_identify(status, &key);
  size_t low = 0, high = own->count;
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (own->identities[middle].inode < key.inode) low = middle + 1;
    else high = middle;
  }
  /* An undo after a keep can leave the same inode twice: each is looked at. */
  for (; low < own->count && own->identities[low].inode == key.inode; low++)
    if (tree_is_untouched(status, &own->identities[low], false)) return true;
  return false;
}
