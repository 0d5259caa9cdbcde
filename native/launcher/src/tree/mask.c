#define _GNU_SOURCE
#include "tree/jobs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "tree/beneath.h"
#include "tree/hidden.h"
#include "tree/report.h"
#include "tree/trash.h"
#include "tree/walk.h"
#include "view_owner.h"

/*
 * A layer of deletions, which the launcher mounts right above the person's folder. What it deletes is not there for a
 * sandbox under any name: what has no place cannot be renamed, linked or copied either.
 */
#define MASK "mask"
#define UNFINISHED "mask.new"

struct list {
  char **paths;
  size_t count;
};

static void add(struct list *list, const char *path) {
  if ((list->count & (list->count + 1)) == 0) /* full at 0, 1, 3, 7 ... */
    list->paths = tree_memory(list->paths, (list->count * 2 + 2) * sizeof *list->paths);
  list->paths[list->count++] = tree_copy_text(path);
}

struct search {
  int lower;
  struct tree_hidden_rules rules;
  struct list found;
  ino_t *inodes; /* of the found files that have other names too */
  size_t inode_count;
};

static void note_other_names(struct search *search, const char *path) {
  struct stat status;
  int place = tree_open(search->lower, path, O_PATH);
  if (place < 0) return;
  if (fstat(place, &status) == 0 && S_ISREG(status.st_mode) && status.st_nlink > 1) {
    search->inodes = tree_memory(search->inodes, (search->inode_count + 1) * sizeof *search->inodes);
    search->inodes[search->inode_count++] = status.st_ino;
  }
  close(place);
}

static bool is_other_name(const struct search *search, const struct tree_walk *walk) {
  for (size_t i = 0; i < search->inode_count; i++)
    if (search->inodes[i] == walk->inode && !tree_is_hidden(&search->rules, search->lower, walk->path)) return true;
  return false;
}

/* What lies in a folder that cannot be looked through might be anything; another file system there is not shown anyway. */
static bool must_hide_unseen(const struct tree_walk *walk) {
  return walk->type == DT_DIR ? errno != EXDEV && errno != ENOENT : errno != ENOTDIR && errno != EXDEV && errno != ENOENT && errno != ELOOP;
}

/* By their own names first; then, when one of those files has other names, by those. */
static void look(struct search *search, bool for_other_names) {
  static struct tree_walk walk;
  struct tree_sight sight = {0};
  if (!tree_walk_begin(&walk, search->lower, "", sight)) tree_fail("unreadable", "The task folder cannot be read.");
  enum tree_step_kind step;
  while ((step = tree_walk_next(&walk, &sight)) != TREE_WALK_END) {
    if (step == TREE_FOLDER_END) continue;
    bool found = for_other_names ? is_other_name(search, &walk) : tree_is_hidden(&search->rules, search->lower, walk.path);
    bool may_be_folder = walk.type == DT_DIR || walk.type == DT_UNKNOWN;
    errno = 0;
    if (!found && may_be_folder && !tree_walk_enter(&walk, sight)) found = !for_other_names && must_hide_unseen(&walk);
    if (!found) continue;
    add(&search->found, walk.path);
    if (!for_other_names) note_other_names(search, walk.path);
  }
}

static void own(int parent, const char *name, const struct stat *seen, uid_t folder_owner) {
  enum { NOBODY = 65534 };
  if (geteuid() != 0) return;
  /* Who is nobody in the person's folder for the sandbox is nobody here. */
  uid_t owner = seen->st_uid == folder_owner ? VIEW_OWNER : NOBODY;
  if (fchownat(parent, name, owner, owner, AT_SYMLINK_NOFOLLOW) != 0)
    tree_fail("storage", "What hides files could not be given to its owner: %s.", strerror(errno));
}

/* Made open; `finish` gives it the look of the person's folder. */
static void make_folders_above(int mask, const char *path, struct list *folders) {
  char folder[TREE_PATH_SIZE];
  for (const char *slash = strchr(path, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
    memcpy(folder, path, (size_t)(slash - path));
    folder[slash - path] = '\0';
    if (mkdirat(mask, folder, 0700) == 0) add(folders, folder);
    else if (errno != EEXIST) tree_fail("storage", "What hides files could not be written: %s.", strerror(errno));
  }
}

/* The kernel takes the look of a folder from the uppermost layer that has it. */
static void finish(int lower, int mask, const struct list *folders) {
  struct stat root, seen;
  if (fstat(lower, &root) != 0) tree_fail("unreadable", "The task folder cannot be read: %s.", strerror(errno));
  own(mask, ".", &root, root.st_uid);
  for (size_t i = folders->count; i-- > 0;) {
    const char *path = folders->paths[i];
    int place = tree_open(lower, path, O_PATH | O_DIRECTORY);
    if (place < 0 || fstat(place, &seen) != 0) tree_fail("changing", "A folder went away while it was read.");
    close(place);
    own(mask, path, &seen, root.st_uid);
    const struct timespec times[] = {seen.st_atim, seen.st_mtim};
    if (fchmodat(mask, path, seen.st_mode & 07777, 0) != 0 || utimensat(mask, path, times, AT_SYMLINK_NOFOLLOW) != 0)
      tree_fail("storage", "What hides files could not be written: %s.", strerror(errno));
  }
}

static void make_mask(int view, const struct search *search) {
  struct list folders = {0};
  if (mkdirat(view, UNFINISHED, 0700) != 0) tree_fail("storage", "What hides files could not be written: %s.", strerror(errno));
  int mask = tree_open(view, UNFINISHED, O_RDONLY | O_DIRECTORY);
  for (size_t i = 0; i < search->found.count; i++) {
    const char *path = search->found.paths[i];
    make_folders_above(mask, path, &folders);
    if (mknodat(mask, path, S_IFCHR, makedev(0, 0)) != 0)
      tree_fail("storage", "What hides files could not be written: %s.", strerror(errno));
  }
  finish(search->lower, mask, &folders);
  close(mask);
}

static int open_view(const char *storage) {
  int folder = tree_open_root(storage, "storage folder");
  if (mkdirat(folder, "view", 0700) == 0) {
    if (geteuid() == 0 && fchownat(folder, "view", VIEW_OWNER, VIEW_OWNER, AT_SYMLINK_NOFOLLOW) != 0)
      tree_fail("storage", "The storage folder could not be given to its owner: %s.", strerror(errno));
  } else if (errno != EEXIST) {
    tree_fail("storage", "The storage folder could not be written: %s.", strerror(errno));
  }
  int view = tree_open(folder, "view", O_RDONLY | O_DIRECTORY);
  if (view < 0) tree_fail("storage", "The storage folder could not be opened: %s.", strerror(errno));
  if (flock(view, LOCK_EX | LOCK_NB) != 0) tree_fail("busy", "A sandbox works on these files.");
  close(folder);
  return view;
}

static void throw_away(int view, const char *name, const char *trash_path) {
  struct stat status;
  if (fstatat(view, name, &status, AT_SYMLINK_NOFOLLOW) != 0 && errno == ENOENT) return;
  (void)mkdir(trash_path, 0700);
  int trash = tree_open_root(trash_path, "trash folder");
  if (tree_move_to_trash(trash, view, name) != 0)
    tree_fail("storage", "What hid files could not be moved away: %s.", strerror(errno));
  close(trash);
}

/*
 * LOWER STORAGE TRASH: makes the layer anew for what the folder holds now, before a sandbox starts on this storage, and
 * answers the paths that it hides, and "". It reads the names of the whole folder. Killed at any point, the next one
 * begins again.
 */
int tree_mask(char **arguments) {
  struct search search = {.lower = tree_open_root(arguments[0], "task folder")};
  size_t count;
  char **fields = tree_input(&count);
  tree_hidden_read(&search.rules, fields, count);
  look(&search, false);
  if (search.inode_count > 0) look(&search, true);
  int view = open_view(arguments[1]);
  throw_away(view, UNFINISHED, arguments[2]);
  throw_away(view, MASK, arguments[2]);
  if (search.found.count > 0) {
    make_mask(view, &search);
    if (renameat(view, UNFINISHED, view, MASK) != 0)
      tree_fail("storage", "What hides files could not be put in its place: %s.", strerror(errno));
  }
  for (size_t i = 0; i < search.found.count; i++) tree_field(search.found.paths[i]);
  tree_field("");
  tree_flush();
  return 0;
}
