#define _GNU_SOURCE
#include "tree/transaction.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tree/report.h"

/*
 * keep.journal, undo.journal: NUL-terminated fields. First the version, the inode of the person's folder and the
 * number of steps, then four fields per step: path, state before, state after, numbers. A file of this name is always
 * complete, because it appears by a rename after it was synced.
 */
#define VERSION "clawhold-tree-1"
#define IDENTITY PRIu64 " %" PRIu64 " %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64
#define READ_IDENTITY SCNu64 " %" SCNu64 " %" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNd64

static const char *file_name(const struct tree_transaction *transaction, const char *ending) {
  static char name[64];
  snprintf(name, sizeof name, "%s.%s", transaction->name, ending);
  return name;
}

void tree_identify(const struct stat *status, struct tree_identity *identity) {
  *identity = (struct tree_identity){
      .inode = status->st_ino,
      .size = (uint64_t)status->st_size,
      .changed = status->st_ctim.tv_sec,
      .changed_fraction = status->st_ctim.tv_nsec,
      .modified = status->st_mtim.tv_sec,
      .modified_fraction = status->st_mtim.tv_nsec,
  };
}

static void write_step(FILE *file, const struct tree_step *step) {
  const struct tree_identity *old = &step->old, *fresh = &step->fresh;
  fprintf(file, "%s%c%s%c%s%c", step->path, 0, step->from, 0, step->to, 0);
  fprintf(file, "%" IDENTITY " %" IDENTITY " %" PRIu32 " %" PRIu32 " %zu%c", old->inode, old->size, old->changed,
          old->changed_fraction, old->modified, old->modified_fraction, fresh->inode, fresh->size, fresh->changed,
          fresh->changed_fraction, fresh->modified, fresh->modified_fraction, step->owner, step->group, step->source,
          0);
}

static int appear(struct tree_transaction *transaction, FILE *file, const char *ending) {
  bool is_written = fflush(file) == 0 && !ferror(file) && fsync(fileno(file)) == 0;
  if (fclose(file) != 0 || !is_written) return -1;
  if (renameat(transaction->folder, "writing", transaction->folder, file_name(transaction, ending)) != 0) return -1;
  return fsync(transaction->folder);
}

static FILE *begin_file(struct tree_transaction *transaction) {
  int fd = openat(transaction->folder, "writing", O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
  return fd < 0 ? NULL : fdopen(fd, "w");
}

int tree_journal_commit(struct tree_transaction *transaction) {
  FILE *file = begin_file(transaction);
  if (file == NULL) return -1;
  fprintf(file, VERSION "%c%ju%c%zu%c", 0, (uintmax_t)transaction->root.st_ino, 0, transaction->count, 0);
  for (size_t i = 0; i < transaction->count; i++) write_step(file, &transaction->steps[i]);
  return appear(transaction, file, "journal");
}

int tree_journal_mark_done(struct tree_transaction *transaction) {
  FILE *file = begin_file(transaction);
  return file == NULL ? -1 : appear(transaction, file, "done");
}

void tree_journal_unmark(struct tree_transaction *transaction) {
  (void)unlinkat(transaction->folder, file_name(transaction, "done"), 0);
}

void tree_journal_withdraw(struct tree_transaction *transaction) {
  char journal[64], withdrawn[64];
  snprintf(journal, sizeof journal, "%s.journal", transaction->name);
  snprintf(withdrawn, sizeof withdrawn, "%s.withdrawn", transaction->name);
  if (renameat(transaction->folder, journal, transaction->folder, withdrawn) != 0 || fsync(transaction->folder) != 0)
    tree_fail("journal", "The journal of this change could not be withdrawn: %s.", strerror(errno));
}

static char *read_field(FILE *file) {
  char *field = NULL;
  size_t room = 0;
  if (getdelim(&field, &room, '\0', file) < 0) tree_fail("journal", "The journal of this change is damaged.");
  return field;
}

static void read_step(FILE *file, struct tree_step *step) {
  *step = (struct tree_step){0};
  struct tree_identity *old = &step->old, *fresh = &step->fresh;
  step->path = read_field(file);
  step->from = read_field(file);
  step->to = read_field(file);
  char *numbers = read_field(file);
  int read = sscanf(numbers, "%" READ_IDENTITY " %" READ_IDENTITY " %" SCNu32 " %" SCNu32 " %zu", &old->inode,
                    &old->size, &old->changed, &old->changed_fraction, &old->modified, &old->modified_fraction,
                    &fresh->inode, &fresh->size, &fresh->changed, &fresh->changed_fraction, &fresh->modified,
                    &fresh->modified_fraction, &step->owner, &step->group, &step->source);
  if (read != 15 || !tree_path_is_plain(step->path)) tree_fail("journal", "The journal of this change is damaged.");
  free(numbers);
}

static bool load(struct tree_transaction *transaction, const char *ending) {
  int fd = openat(transaction->folder, file_name(transaction, ending), O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0 && errno == ENOENT) return false;
  FILE *file = fd < 0 ? NULL : fdopen(fd, "r");
  if (file == NULL) tree_fail("journal", "The journal of this change cannot be read: %s.", strerror(errno));
  uintmax_t inode;
  if (strcmp(read_field(file), VERSION) != 0 || sscanf(read_field(file), "%ju", &inode) != 1 ||
      sscanf(read_field(file), "%zu", &transaction->count) != 1)
    tree_fail("journal", "The journal of this change is damaged.");
  /* Not the device number: on btrfs, overlayfs and NFS it is another one after a restart of the machine. */
  if (inode != transaction->root.st_ino)
    tree_fail("replaced", "The task folder is not the folder that was changed: another one has taken its place.");
  transaction->steps = tree_memory(NULL, (transaction->count + 1) * sizeof *transaction->steps);
  for (size_t i = 0; i < transaction->count; i++) read_step(file, &transaction->steps[i]);
  fclose(file);
  return true;
}

enum tree_phase tree_journal_load(struct tree_transaction *transaction) {
  if (!load(transaction, "journal")) return TREE_NOT_STARTED;
  return faccessat(transaction->folder, file_name(transaction, "done"), F_OK, 0) == 0 ? TREE_DONE : TREE_COMMITTED;
}

bool tree_journal_load_withdrawn(struct tree_transaction *transaction) {
  return load(transaction, "withdrawn");
}
