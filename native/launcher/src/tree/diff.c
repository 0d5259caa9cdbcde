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

/* What a walk notes about each folder: the mark of the upper side, and whether the lower side has a folder there. */
#define NOTE(mark, has_lower) ((int)(mark) * 2 + (has_lower))
#define NOTED_MARK(note) ((enum tree_mark)((note) / 2))
#define NOTED_LOWER(note) ((note) % 2 == 1)

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

/* Everything that the lower side has at `path` and below is gone in the view. */
static void report_deleted(const struct tree_view *view, const char *path) {
  static struct tree_entry before, after;
  static struct tree_walk walk;
  memset(&after, 0, sizeof after);
  tree_look(view->lower, path, view->largest, &before);
  if (before.kind == TREE_ABSENT) return;
  after.kind = TREE_ABSENT;
  bool is_folder = before.kind == TREE_FOLDER;
  bool entered = is_folder && tree_walk_begin(&walk, view->lower, path, 0);
  if (is_folder && !entered) before.refused = "unreadable";
  report(view, path, &before, &after);
  int note;
  enum tree_step_kind step;
  while (entered && (step = tree_walk_next(&walk, &note)) != TREE_WALK_END) {
    if (step == TREE_FOLDER_END) continue;
    tree_look(view->lower, walk.path, view->largest, &before);
    after.refused = NULL;
    if (before.kind == TREE_FOLDER && !tree_walk_enter(&walk, 0)) before.refused = "unreadable";
    report(view, walk.path, &before, &after);
  }
}

/* The folder hides the lower one: whatever the upper side does not have too is deleted. */
static void report_hidden(const struct tree_view *view, const char *folder) {
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
    int there = tree_open(view->upper, path, O_PATH);
    bool is_gone = there < 0 && (errno == ENOENT || errno == ENOTDIR || errno == ELOOP);
    if (is_gone) report_deleted(view, path);
    if (there >= 0) close(there);
  }
  closedir(stream);
}

static void report_entry(const struct tree_view *view, struct tree_walk *walk, int note) {
  static struct tree_entry before, after;
  const char *path = walk->path;
  tree_look(view->upper, path, view->largest, &after);
  enum tree_mark mark = tree_mark(view, path, NOTED_MARK(note), &after);
  if (mark == TREE_WHITEOUT) {
    report_deleted(view, path);
    return;
  }
  /* Below an opaque folder nothing of the lower side shows, marked or not. */
  if (NOTED_MARK(note) == TREE_OPAQUE && mark != TREE_FOREIGN) mark = TREE_OPAQUE;
  before = (struct tree_entry){.kind = TREE_ABSENT};
  if (NOTED_LOWER(note)) tree_look(view->lower, path, view->largest, &before);
  bool both_folders = after.kind == TREE_FOLDER && before.kind == TREE_FOLDER;
  if (after.kind == TREE_FOLDER && after.refused == NULL && !tree_walk_enter(walk, NOTE(mark, both_folders)))
    after.refused = strlen(path) > TREE_FOLDER_LIMIT ? "too-deep" : "unreadable";
  report(view, path, &before, &after);
  if (before.kind != TREE_FOLDER || both_folders || after.refused != NULL) return;
  report_hidden(view, path); /* a file or a link took the place of a folder: all it held is gone */
}

int tree_diff(char **arguments) {
  struct tree_view view;
  tree_view_open(&view, arguments);
  static struct tree_walk walk;
  static struct tree_entry root;
  tree_look(view.upper, ".", view.largest, &root);
  enum tree_mark mark = tree_mark(&view, ".", TREE_PLAIN, &root);
  if (mark == TREE_FOREIGN || !tree_walk_begin(&walk, view.upper, "", NOTE(mark, true)))
    tree_fail("unreadable", "The folder of changes cannot be read.");
  int note;
  enum tree_step_kind step;
  while ((step = tree_walk_next(&walk, &note)) != TREE_WALK_END) {
    if (step == TREE_ENTRY) report_entry(&view, &walk, note);
    else if (NOTED_MARK(note) == TREE_OPAQUE && NOTED_LOWER(note)) report_hidden(&view, walk.path);
  }
  tree_field("");
  tree_number(changes);
  tree_field("");
  tree_field("");
  tree_flush();
  return 0;
}
