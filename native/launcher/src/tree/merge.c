#define _GNU_SOURCE
#include "tree/jobs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "tree/content.h"
#include "tree/report.h"
#include "tree/view.h"
#include "tree/walk.h"

static int merged;

static void need(int result) {
  if (result >= 0) return;
  tree_fail("storage", "The checkpoints could not be merged: %s.", strerror(errno));
}

static int open_folder(int root, const char *path) {
  int folder = tree_open(root, path[0] == '\0' ? "." : path, O_RDONLY | O_DIRECTORY);
  need(folder);
  return folder;
}

/* What lies below the merged layers must not shine through here, as it did not through one of them. */
static void cover(const struct tree_view *view, const char *path) {
  char name[64];
  snprintf(name, sizeof name, "%sopaque", view->attributes);
  int folder = open_folder(merged, path);
  need(fsetxattr(folder, name, "y", 1, 0));
  close(folder);
}

static void place_folder(const struct tree_view *view, const char *path, bool covers) {
  const char *name;
  int parent = tree_open_parent(merged, path, &name);
  need(parent);
  need(mkdirat(parent, name, 0700)); /* its own mode comes when it is full: see complete_folder */
  close(parent);
  if (covers) cover(view, path);
}

/*
 * A second name for the same inode costs nothing and keeps hard links what they are; nobody writes to it any more. The
 * kernel itself gives one whiteout many names, so that theirs can be as many as there may be.
 */
static void place_other(int layer, const char *path, const struct stat *status) {
  const char *name;
  int from = tree_open_parent(layer, path, &name), to = tree_open_parent(merged, path, &name);
  need(from), need(to);
  int result = linkat(from, name, to, name, 0);
  bool is_whiteout = S_ISCHR(status->st_mode) && status->st_rdev == makedev(0, 0);
  if (result != 0 && errno == EMLINK && is_whiteout) result = mknodat(to, name, S_IFCHR, makedev(0, 0));
  need(result);
  close(from), close(to);
}

static void place(const struct tree_view *view, unsigned layer, struct tree_walk *walk, const struct tree_sight *sight) {
  static struct tree_entry entry;
  const char *path = walk->path;
  struct tree_found found = tree_find(view, path, sight, -1, &entry);
  /* The kernel that made these layers writes neither: nobody has to know what a merge of them would be. */
  if (entry.kind == TREE_FOLDER && (entry.refused != NULL || found.below.announcing != 0))
    tree_fail("unreadable", "A folder of the checkpoints has marks that are not understood.");
  bool is_own = found.layer == (int)layer;
  if (is_own && entry.kind == TREE_FOLDER) place_folder(view, path, sight->lower && !found.below.lower);
  /* A deletion says nothing where nothing shines through. */
  if (is_own && entry.kind != TREE_FOLDER && (entry.kind != TREE_ABSENT || sight->lower))
    place_other(view->layers[layer], path, &entry.status);
  if (entry.kind != TREE_FOLDER || (found.below.layers >> layer & 1) == 0) return;
  if (!tree_walk_enter(walk, found.below)) tree_fail("unreadable", "A folder of the checkpoints cannot be entered.");
}

static void place_layer(const struct tree_view *view, unsigned layer) {
  static struct tree_walk walk;
  if ((view->root.layers >> layer & 1) == 0) return;
  if (!tree_walk_begin(&walk, view->layers[layer], "", view->root))
    tree_fail("unreadable", "A checkpoint cannot be read.");
  struct tree_sight sight;
  enum tree_step_kind step;
  while ((step = tree_walk_next(&walk, &sight)) != TREE_WALK_END)
    if (step == TREE_ENTRY) place(view, layer, &walk, &sight);
}

/* The newest layer that has a folder here is the one whose folder is seen. */
static int open_newest(const struct tree_view *view, const char *path) {
  int folder = -1;
  for (unsigned layer = 0; folder < 0 && layer < view->count; layer++)
    folder = tree_open(view->layers[layer], path[0] == '\0' ? "." : path, O_RDONLY | O_DIRECTORY);
  need(folder);
  return folder;
}

static void complete_folder(const struct tree_view *view, const char *path) {
  struct stat status;
  int from = open_newest(view, path), to = open_folder(merged, path);
  need(fstat(from, &status));
  if (fchown(to, status.st_uid, status.st_gid) != 0 && geteuid() == 0) need(-1);
  tree_copy_attributes(from, to, false);
  need(fchmod(to, status.st_mode & 07777));
  need(futimens(to, (struct timespec[]){status.st_atim, status.st_mtim}));
  close(from), close(to);
}

/* Once nothing is added any more: from the leaves up, so that a closed folder closes last. */
static void complete_folders(const struct tree_view *view) {
  static struct tree_walk walk;
  static struct tree_entry entry;
  const struct tree_sight nothing = {0};
  if (!tree_walk_begin(&walk, merged, "", nothing)) need(-1);
  struct tree_sight ignored;
  enum tree_step_kind step;
  while ((step = tree_walk_next(&walk, &ignored)) != TREE_WALK_END) {
    if (step == TREE_FOLDER_END) {
      complete_folder(view, walk.path);
      continue;
    }
    tree_look(merged, walk.path, -1, &entry);
    if (entry.kind == TREE_FOLDER && !tree_walk_enter(&walk, nothing)) need(-1);
  }
}

/*
 * VIEW INTO: one more layer of the pool, which shows what the layers of the view show together. They stay as they are, so
 * sandboxes may go on on them, and a merge that is killed leaves a folder that nobody knows.
 */
int tree_merge(char **arguments) {
  const char *into = arguments[TREE_VIEW_ARGUMENTS];
  static struct tree_view view;
  if (!tree_layer_name_is_valid(into)) return 2;
  tree_view_open(&view, arguments);
  int pool = tree_open_root(arguments[2], "folder of checkpoints");
  need(mkdirat(pool, into, 0700));
  merged = open_folder(pool, into);
  if (!view.root.lower) cover(&view, "");
  for (unsigned layer = 0; layer < view.count; layer++) place_layer(&view, layer);
  complete_folders(&view);
  return 0;
}
