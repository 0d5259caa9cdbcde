#define _GNU_SOURCE
#include "tree/jobs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tree/beneath.h"
#include "tree/fresh.h"
#include "tree/report.h"
#include "tree/trash.h"

void tree_make_fresh(const char *upper, const struct stat *old) {
  if (mkdirat(AT_FDCWD, upper, 0700) != 0 || fchmodat(AT_FDCWD, upper, old->st_mode & 0777, 0) != 0)
    tree_fail("failed", "The folder of changes could not be made anew: %s.", strerror(errno));
  if (fchownat(AT_FDCWD, upper, old->st_uid, old->st_gid, 0) != 0 && geteuid() == 0)
    tree_fail("failed", "The folder of changes could not be given to its owner: %s.", strerror(errno));
}

int tree_move_to_trash(int trash, int from, const char *folder) {
  char name[32];
  for (unsigned number = 0;; number++) {
    snprintf(name, sizeof name, "%u", number);
    if (renameat2(from, folder, trash, name, RENAME_NOREPLACE) == 0) return 0;
    if (errno != EEXIST) return -1;
  }
}

/*
 * UPPER TRASH: the changes are gone at once, whatever their number; deleting them is the work of `sweep`. An empty folder
 * of the same mode and owner takes their place, so that a look at the view shows no changes. Can be repeated.
 */
int tree_discard(char **arguments) {
  const char *upper = arguments[0];
  char view[TREE_PATH_SIZE];
  snprintf(view, sizeof view, "%s", upper);
  char *slash = strrchr(view, '/');
  if (slash != NULL) *slash = '\0';
  (void)mkdir(arguments[1], 0700);
  int trash = tree_open_root(arguments[1], "trash folder");
  struct stat old;
  if (access(view, F_OK) != 0 && errno == ENOENT) return 0; /* it had no sandbox yet */
  if (lstat(upper, &old) != 0) {
    /* Killed between the two halves of an earlier attempt: what is missing is only the empty folder. */
    if (errno != ENOENT || fstat(trash, &old) != 0) tree_fail("unreachable", "The changes cannot be reached.");
  } else if (!S_ISDIR(old.st_mode) || tree_move_to_trash(trash, AT_FDCWD, upper) != 0) {
    tree_fail("failed", "The changes could not be moved away: %s.", strerror(errno));
  }
  tree_make_fresh(upper, &old);
  return 0;
}

/* POOL TRASH NAMES: closed layers that no view has any more, by names that are separated by colons. */
int tree_drop(char **arguments) {
  (void)mkdir(arguments[1], 0700);
  int pool = open(arguments[0], O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (pool < 0 && errno == ENOENT) return 0;
  if (pool < 0) tree_fail("unreachable", "The folder of checkpoints cannot be opened: %s.", strerror(errno));
  int trash = tree_open_root(arguments[1], "trash folder");
  for (char *name = strtok(arguments[2], ":"); name != NULL; name = strtok(NULL, ":")) {
    if (!tree_path_is_plain(name) || strchr(name, '/') != NULL) return 2;
    if (tree_move_to_trash(trash, pool, name) != 0 && errno != ENOENT)
      tree_fail("failed", "A checkpoint could not be moved away: %s.", strerror(errno));
  }
  return 0;
}
