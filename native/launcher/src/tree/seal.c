#define _GNU_SOURCE
#include "tree/jobs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tree/beneath.h"
#include "tree/fresh.h"
#include "tree/report.h"
#include "tree/view.h"

/* UPPER: `yes` when something was written into it. */
int tree_stirred(char **arguments) {
  if (access(arguments[0], F_OK) != 0 && errno == ENOENT) {
    tree_field("no"); /* it had no sandbox yet */
    tree_flush();
    return 0;
  }
  DIR *stream = fdopendir(tree_open_root(arguments[0], "folder of changes"));
  if (stream == NULL) tree_fail("unreadable", "The folder of changes cannot be read: %s.", strerror(errno));
  int entries = 0;
  while (entries < 3 && readdir(stream) != NULL) entries++;
  closedir(stream);
  tree_field(entries == 3 ? "yes" : "no");
  tree_flush();
  return 0;
}

/* The pool belongs to whoever owns the changes: the kernel reads it with that owner's rights. */
static int open_pool(const char *pool, const struct stat *owner) {
  if (mkdirat(AT_FDCWD, pool, 0700) == 0 && fchownat(AT_FDCWD, pool, owner->st_uid, owner->st_gid, 0) != 0 && geteuid() == 0)
    tree_fail("storage", "The folder of checkpoints could not be given to its owner: %s.", strerror(errno));
  return tree_open_root(pool, "folder of checkpoints");
}

/*
 * UPPER POOL NAME: the folder of changes becomes a layer in one rename, whatever its size, and an empty one takes its
 * place. Killed in between, or asked again: what is missing is made, and nothing is moved twice.
 */
int tree_seal(char **arguments) {
  const char *upper = arguments[0], *name = arguments[2];
  struct stat old;
  if (!tree_layer_name_is_valid(name)) return 2;
  bool is_there = lstat(upper, &old) == 0;
  if (!is_there) memset(&old, 0, sizeof old);
  int pool = open_pool(arguments[1], &old);
  struct stat sealed;
  bool is_sealed = fstatat(pool, name, &sealed, AT_SYMLINK_NOFOLLOW) == 0;
  if (!is_there && !is_sealed) tree_fail("unreachable", "The changes cannot be reached.");
  if (is_there && is_sealed) return 0;
  if (is_there && (!S_ISDIR(old.st_mode) || renameat2(AT_FDCWD, upper, pool, name, RENAME_NOREPLACE) != 0))
    tree_fail("storage", "The changes could not be set aside: %s.", strerror(errno));
  tree_make_fresh(upper, is_there ? &old : &sealed);
  /*
   * Not synced here, which would write everything that the run wrote. Whoever writes down that the layer exists does that
   * in the same file system, whose journal keeps the order of the two.
   */
  return 0;
}
