#define _GNU_SOURCE
#include "tree/jobs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tree/report.h"
#include "tree/view.h"
#include "tree/walk.h"

/*
 * Output: one group of four fields per change (path, state before, state after, why it cannot be kept or ""), and at the
 * end a group of one empty path, the number of changes, "" and "". Without that last group the list is incomplete.
 * A rename shows as one deletion and one addition with the same digest; pairing them is the reader's work.
 */
static unsigned long long changes;

/*
 * The supervisor holds the whole list in memory, and what a run changes has no other bound: beyond this (some 200,000
 * changes) there is an error instead of a list.
 */
#ifndef CLAWHOLD_TEST_WITH_DIFF_BYTES
#define MOST_BYTES (64ULL * 1024 * 1024)
#else
#define MOST_BYTES (CLAWHOLD_TEST_WITH_DIFF_BYTES + 0ULL)
#endif

static void report(const struct tree_view *view, const char *path, const struct tree_entry *before,
                   struct tree_entry *after) {
  static char from[TREE_STATE_SIZE], to[TREE_STATE_SIZE];
  tree_state(before, before->status.st_mode & 07777, from);
  tree_kept_state(view, path, after, before, to);
  if (after->refused == NULL && strcmp(from, to) == 0) return;
  tree_field(path);
  tree_field(from);
  tree_field(to);
  tree_field(after->refused == NULL ? "" : after->refused);
  changes++;
  if (tree_written() > MOST_BYTES)
    tree_fail("too-many", "The run changed too much to be listed: after %llu changes the list has %llu bytes.", changes,
              MOST_BYTES);
}

static const struct tree_sight nothing;

/* Everything that the lower side has at `path` and below is gone in the view. */
static void report_deleted(const struct tree_view *view, const char *path) {
  static struct tree_entry before, after;
  static struct tree_walk walk;
  memset(&after, 0, sizeof after);
  tree_look(view->lower, path, view->largest, &before);
  if (before.kind == TREE_ABSENT) return;
  after.kind = TREE_ABSENT;
  bool is_folder = before.kind == TREE_FOLDER;
  bool entered = is_folder && tree_walk_begin(&walk, view->lower, path, nothing);
  if (is_folder && !entered) before.refused = "unreadable";
  report(view, path, &before, &after);
  struct tree_sight ignored;
  enum tree_step_kind step;
  while (entered && (step = tree_walk_next(&walk, &ignored)) != TREE_WALK_END) {
    if (step == TREE_FOLDER_END) continue;
    tree_look(view->lower, walk.path, view->largest, &before);
    after.refused = NULL;
    if (before.kind == TREE_FOLDER && !tree_walk_enter(&walk, nothing)) before.refused = "unreadable";
    report(view, walk.path, &before, &after);
  }
}

/* The layers hide the person's folder: whatever they do not have too is deleted. */
static void report_hidden(const struct tree_view *view, const char *folder, const struct tree_sight *sight) {
  static struct tree_entry there;
  int fd = tree_open(view->lower, folder[0] == '\0' ? "." : folder, O_RDONLY | O_DIRECTORY);
  DIR *stream = fd < 0 ? NULL : fdopendir(fd);
  if (stream == NULL) tree_fail("unreadable", "A folder of the task folder could not be read: %s.", strerror(errno));
  char path[TREE_PATH_SIZE];
  struct dirent *entry;
  while ((entry = readdir(stream)) != NULL) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    strcpy(path, folder);
    if (folder[0] != '\0') strcat(path, "/");
    strcat(path, entry->d_name); /* fits: see TREE_FOLDER_LIMIT */
    (void)tree_find(view, path, sight, -1, &there);
    if (there.kind == TREE_ABSENT) report_deleted(view, path);
  }
  closedir(stream);
}

static bool has_newer(const struct tree_sight *sight, unsigned layer) {
  return (sight->layers & ((UINT64_C(1) << layer) - 1)) != 0;
}

/* What the newest layer that says something about the entry says; true when that is the layer at hand. */
static bool find_here(const struct tree_view *view, unsigned layer, const char *path, const struct tree_sight *sight,
                      struct tree_found *found, struct tree_entry *after) {
  /* Most entries of older layers were told with a newer one: those are not digested again. */
  bool is_doubtful = has_newer(sight, layer);
  *found = tree_find(view, path, sight, is_doubtful ? -1 : view->largest, after);
  if (found->layer != (int)layer) return false;
  if (is_doubtful) *found = tree_find(view, path, sight, view->largest, after);
  return true;
}

/* A newer layer told of this folder; what only the layer at hand has in it was not told yet. */
static void enter_told_folder(const struct tree_view *view, unsigned layer, struct tree_walk *walk,
                              const struct tree_entry *after, struct tree_sight below) {
  static struct tree_entry before;
  if (after->kind != TREE_FOLDER || after->refused != NULL || (below.layers >> layer & 1) == 0) return;
  tree_look(view->lower, walk->path, -1, &before);
  below.has_lower = before.kind == TREE_FOLDER;
  if (!tree_walk_enter(walk, below) && strlen(walk->path) <= TREE_FOLDER_LIMIT)
    tree_fail("changing", "A folder went away while it was read.");
}

static void report_entry(const struct tree_view *view, unsigned layer, struct tree_walk *walk,
                         const struct tree_sight *sight) {
  static struct tree_entry before, after;
  const char *path = walk->path;
  struct tree_found found;
  if (!find_here(view, layer, path, sight, &found, &after)) {
    enter_told_folder(view, layer, walk, &after, found.below);
    return;
  }
  if (after.kind == TREE_ABSENT) {
    if (sight->lower) report_deleted(view, path);
    return;
  }
  before = (struct tree_entry){.kind = TREE_ABSENT};
  if (sight->has_lower) tree_look(view->lower, path, view->largest, &before);
  bool both_folders = found.below.has_lower = after.kind == TREE_FOLDER && before.kind == TREE_FOLDER;
  if (after.kind == TREE_FOLDER && after.refused == NULL && !tree_walk_enter(walk, found.below))
    after.refused = strlen(path) > TREE_FOLDER_LIMIT ? "too-deep" : "unreadable";
  report(view, path, &before, &after);
  if (before.kind != TREE_FOLDER || both_folders || after.refused != NULL) return;
  report_hidden(view, path, &nothing); /* a file or a link took the place of a folder: all it held is gone */
}

static void report_layer(const struct tree_view *view, unsigned layer) {
  static struct tree_walk walk;
  if ((view->root.layers >> layer & 1) == 0) return;
  if (!tree_walk_begin(&walk, view->layers[layer], "", view->root))
    tree_fail("unreadable", "The folder of changes cannot be read.");
  struct tree_sight sight;
  enum tree_step_kind step;
  while ((step = tree_walk_next(&walk, &sight)) != TREE_WALK_END) {
    if (step == TREE_ENTRY) report_entry(view, layer, &walk, &sight);
    else if (sight.has_lower && !sight.lower && !has_newer(&sight, layer)) report_hidden(view, walk.path, &sight);
  }
}

static int close_list(void) {
  tree_field("");
  tree_number(changes);
  tree_field("");
  tree_field("");
  tree_flush();
  return 0;
}

int tree_diff(char **arguments) {
  struct tree_view view;
  tree_view_open(&view, arguments);
  for (unsigned layer = 0; layer < view.count; layer++) report_layer(&view, layer);
  return close_list();
}

/* The same list for some paths only, at the cost of these and not of all changes. Of a folder only itself. */
int tree_compare(char **arguments) {
  static struct tree_entry before, after;
  struct tree_view view;
  tree_view_open(&view, arguments);
  size_t count;
  char **paths = tree_input(&count);
  for (size_t i = 0; i < count; i++) {
    if (!tree_path_is_plain(paths[i])) continue;
    tree_look(view.lower, paths[i], view.largest, &before);
    tree_look_through(&view, paths[i], &after);
    report(&view, paths[i], &before, &after);
  }
  return close_list();
}
