#define _GNU_SOURCE
#include "tree/jobs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tree/kept.h"
#include "tree/moment.h"
#include "tree/prepare.h"
#include "tree/report.h"
#include "tree/steps.h"
#include "tree/view.h"

struct selection {
  struct tree_step *steps;
  size_t count;
};

static void add(struct selection *selection, char *path, char *from, char *to) {
  if ((selection->count & (selection->count + 1)) == 0) /* full at 0, 1, 3, 7 ... */
    selection->steps = tree_memory(selection->steps, (selection->count * 2 + 2) * sizeof *selection->steps);
  selection->steps[selection->count++] = (struct tree_step){.path = path, .from = from, .to = to};
}

/* stdin: path, state before and state after of each change, as diff showed them. */
static void read_selection(struct selection *selection) {
  size_t count;
  char **fields = tree_input(&count);
  if (count % 3 != 0) tree_fail("input", "The list of chosen changes is cut.");
  for (size_t i = 0; i < count; i += 3) {
    if (!tree_path_is_plain(fields[i])) tree_fail("input", "A chosen path is not a plain relative path.");
    add(selection, fields[i], fields[i + 1], fields[i + 2]);
  }
  if (tree_steps_order(selection->steps, selection->count) != selection->count)
    tree_fail("input", "A path is chosen twice.");
}

struct check {
  const struct tree_view *view;
  const struct tree_moment *begun;
  const struct tree_own *own;
};

/*
 * A folder above the entry was moved or re-moded since the run began, so that another folder may stand in its place.
 * Entries that came and went in a folder stamp its mtime and ctime alike and do not count; nor does what a keep did.
 */
static bool has_moved(const struct check *check, const char *path) {
  char folder[TREE_PATH_SIZE];
  strcpy(folder, path);
  for (char *slash; (slash = strrchr(folder, '/')) != NULL;) {
    *slash = '\0';
    struct stat status;
    int fd = tree_open(check->view->lower, folder, O_PATH | O_DIRECTORY);
    bool is_there = fd >= 0 && fstat(fd, &status) == 0;
    if (fd >= 0) close(fd);
    if (!is_there) return true;
    bool is_same_stamp = memcmp(&status.st_ctim, &status.st_mtim, sizeof status.st_ctim) == 0;
    if (!is_same_stamp && tree_changed_since(&status, check->begun) && !tree_own_has(check->own, &status)) return true;
  }
  return false;
}

/* A folder loses nothing when it goes: it must be empty by then. Files and links are what a person can have changed. */
static bool is_changed_by_person(const struct check *check, const char *path, const struct tree_entry *before) {
  if (before->kind != TREE_FILE && before->kind != TREE_LINK) return false;
  if (tree_own_has(check->own, &before->status)) return false;
  return tree_changed_since(&before->status, check->begun) || has_moved(check, path);
}

static const char *reason_against(const struct check *check, const struct tree_step *step) {
  static struct tree_entry before, after;
  static char from[TREE_STATE_SIZE], to[TREE_STATE_SIZE];
  tree_look(check->view->lower, step->path, check->view->largest, &before);
  tree_look_through(check->view, step->path, &after);
  tree_state(&before, before.status.st_mode & 07777, from);
  tree_kept_state(check->view, step->path, &after, &before, to);
  if (after.refused != NULL) return after.refused;
  if (strcmp(step->from, from) != 0) return "changed-since-shown";
  if (strcmp(step->to, to) != 0) return "content-changed";
  return is_changed_by_person(check, step->path, &before) ? "changed-since-start" : NULL;
}

static void drop_unchanged(struct selection *selection) {
  size_t kept = 0;
  for (size_t i = 0; i < selection->count; i++)
    if (strcmp(selection->steps[i].from, selection->steps[i].to) != 0) selection->steps[kept++] = selection->steps[i];
  selection->count = kept;
}

static int apply(struct tree_transaction *transaction, struct selection *selection, const struct tree_view *view) {
  struct tree_supply supply = {.view = view};
  for (size_t i = 0; i < transaction->count; i++) transaction->steps[i].source = i;
  bool is_applied = tree_prepare(transaction, &supply) == 0 && tree_commit(transaction);
  if (!is_applied && transaction->conflict == NULL)
    tree_fail("failed", "The changes could not be kept, nothing was changed: %s.", strerror(errno));
  if (!is_applied)
    tree_steps_find(selection->steps, selection->count, transaction->conflict)->refused = "changed-meanwhile";
  tree_steps_report(selection->steps, selection->count, is_applied);
  return 0;
}

/* VIEW BEGUN KEPT ID all|skip */
int tree_keep(char **arguments) {
  const char *lower = arguments[0], *kept = arguments[7], *id = arguments[8];
  bool skips = strcmp(arguments[9], "skip") == 0;
  struct tree_view view;
  struct tree_moment begun;
  struct tree_own own;
  struct tree_transaction transaction;
  struct selection selection = {0};
  if (!tree_kept_id_is_valid(id) || !tree_moment_read(arguments[6], &begun)) return 2;
  read_selection(&selection);
  tree_kept_create(kept, id);
  tree_kept_settle(lower, kept);
  tree_own_load(&own, lower, kept);
  tree_view_open(&view, arguments);
  tree_transaction_open(&transaction, "keep", lower, kept, id);
  if (transaction.root.st_ino != begun.root)
    tree_fail("replaced", "The task folder is not the one the run began with: another one has taken its place.");
  if (tree_settle(&transaction) == TREE_DONE) { /* asked again after it was done */
    tree_steps_report(transaction.steps, transaction.count, true);
    return 0;
  }
  struct check check = {.view = &view, .begun = &begun, .own = &own};
  for (size_t i = 0; i < selection.count; i++) selection.steps[i].refused = reason_against(&check, &selection.steps[i]);
  drop_unchanged(&selection);
  tree_steps_refuse_groundless(view.lower, selection.steps, selection.count);
  tree_steps_add_closed_folders(view.lower, &selection.steps, &selection.count);
  bool is_refused = tree_steps_refused(selection.steps, selection.count) > 0 && !skips;
  if (is_refused || !tree_steps_take(&transaction, selection.steps, selection.count)) {
    tree_steps_report(selection.steps, selection.count, false);
    return 0;
  }
  return apply(&transaction, &selection, &view);
}
