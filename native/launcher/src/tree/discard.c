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

void tree_make_fresh(const char *upper, const struct stat *old) {
  if (mkdirat(AT_FDCWD, upper, 0700) != 0 || fchmodat(AT_FDCWD, upper, old->st_mode & 0777, 0) != 0)
    tree_fail("failed", "The folder of changes could not be made anew: %s.", strerror(errno));
  if (fchownat(AT_FDCWD, upper, old->st_uid, old->st_gid, 0) != 0 && geteuid() == 0)
    tree_fail("failed", "The folder of changes could not be given to its owner: %s.", strerror(errno));
}

/* The first free number in the trash; the folder goes there in one rename. */
static int move_to_trash(int trash, const char *folder) {
  char name[32];
  for (unsigned number = 0;; number++) {
    snprintf(name, sizeof name, "%u", number);
    if (renameat2(AT_FDCWD, folder, trash, name, RENAME_NOREPLACE) == 0) return 0;
    if (errno != EEXIST) return -1;
  }
}

/*
 * UPPER TRASH: the changes are gone at once, whatever their number; deleting them is the work of `sweep`. An empty folder
 * of the same mode and owner takes their place, so that a look at the view shows no changes. Can be repeated.
 */
int tree_discard(char **arguments) {
  const char *upper = arguments[0];
  (void)mkdir(arguments[1], 0700);
  int trash = tree_open_root(arguments[1], "trash folder");
  struct stat old;
  if (lstat(upper, &old) != 0) {
    /* Killed between the two halves of an earlier attempt: what is missing is only the empty folder. */
    if (errno != ENOENT || fstat(trash, &old) != 0) tree_fail("unreachable", "The changes cannot be reached.");
  } else if (!S_ISDIR(old.st_mode) || move_to_trash(trash, upper) != 0) {
    tree_fail("failed", "The changes could not be moved away: %s.", strerror(errno));
  }
  tree_make_fresh(upper, &old);
  return 0;
}
