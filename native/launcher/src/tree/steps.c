#define _GNU_SOURCE
#include "tree/steps.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tree/entry.h"
#include "tree/report.h"

static int compare(const void *one, const void *other) {
  return strcmp(((const struct tree_step *)one)->path, ((const struct tree_step *)other)->path);
}

size_t tree_steps_order(struct tree_step *steps, size_t count) {
  if (count > 0) qsort(steps, count, sizeof *steps, compare);
  size_t kept = 0;
  for (size_t i = 0; i < count; i++)
    if (kept == 0 || strcmp(steps[kept - 1].path, steps[i].path) != 0) steps[kept++] = steps[i];
  return kept;
}

struct tree_step *tree_steps_find(struct tree_step *steps, size_t count, const char *path) {
  struct tree_step key = {.path = (char *)path}; /* compare() only reads it */
  return bsearch(&key, steps, count, sizeof *steps, compare);
}

/* There will be a folder above: one of the steps leaves one there, or the person has one that stays. */
static bool has_ground(int lower, struct tree_step *steps, size_t count, const char *path) {
  char folder[TREE_PATH_SIZE];
  strcpy(folder, path);
  char *slash = strrchr(folder, '/');
  if (slash == NULL) return true;
  *slash = '\0';
  const struct tree_step *step = tree_steps_find(steps, count, folder);
  if (step != NULL && step->refused == NULL) return step->to[0] == TREE_FOLDER;
  int fd = tree_open(lower, folder, O_PATH | O_DIRECTORY);
  if (fd >= 0) close(fd);
  return fd >= 0;
}

/* Everything in the folder leaves it, by these steps. */
static bool will_be_empty(int lower, struct tree_step *steps, size_t count, const char *path) {
  int fd = tree_open(lower, path, O_RDONLY | O_DIRECTORY);
  DIR *stream = fd < 0 ? NULL : fdopendir(fd);
  if (stream == NULL) return false;
  bool is_empty = true;
  char inside[TREE_PATH_SIZE + 256];
  struct dirent *entry;
  while (is_empty && (entry = readdir(stream)) != NULL) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    strcpy(stpcpy(stpcpy(inside, path), "/"), entry->d_name);
    const struct tree_step *step = tree_steps_find(steps, count, inside);
    is_empty = step != NULL && step->refused == NULL && step->to[0] == TREE_ABSENT;
  }
  closedir(stream);
  return is_empty;
}

static const char *reason_against(int lower, struct tree_step *steps, size_t count, const struct tree_step *step) {
  if (step->to[0] != TREE_ABSENT && !has_ground(lower, steps, count, step->path)) return "no-folder";
  bool removes_folder = step->from[0] == TREE_FOLDER && step->to[0] != TREE_FOLDER;
  return removes_folder && !will_be_empty(lower, steps, count, step->path) ? "holds-others" : NULL;
}

void tree_steps_refuse_groundless(int lower, struct tree_step *steps, size_t count) {
  for (bool has_changed = true; has_changed;) {
    has_changed = false;
    for (size_t i = 0; i < count; i++) {
      if (steps[i].refused != NULL) continue;
      steps[i].refused = reason_against(lower, steps, count, &steps[i]);
      has_changed = has_changed || steps[i].refused != NULL;
    }
  }
}

static bool is_closed_folder(const struct tree_step *step) {
  return step->refused == NULL && strcmp(step->from, step->to) == 0;
}

static bool closed_folder_above(int lower, const char *path, char folder[TREE_PATH_SIZE], mode_t *mode) {
  strcpy(folder, path);
  char *slash = strrchr(folder, '/');
  if (slash == NULL) return false;
  *slash = '\0';
  struct stat status;
  int fd = tree_open(lower, folder, O_PATH | O_DIRECTORY);
  bool is_closed = fd >= 0 && fstat(fd, &status) == 0 && (status.st_mode & 0300) != 0300;
  if (fd >= 0) close(fd);
  *mode = is_closed ? status.st_mode & 07777 : 0;
  return is_closed;
}

void tree_steps_add_closed_folders(int lower, struct tree_step **steps, size_t *count) {
  if (geteuid() == 0) return;
  size_t chosen = *count;
  for (size_t i = 0; i < chosen; i++) {
    char folder[TREE_PATH_SIZE], state[16];
    mode_t mode;
    if ((*steps)[i].refused != NULL || !closed_folder_above(lower, (*steps)[i].path, folder, &mode)) continue;
    bool is_neighbour = *count > chosen && strcmp((*steps)[*count - 1].path, folder) == 0;
    if (is_neighbour || tree_steps_find(*steps, chosen, folder) != NULL) continue;
    snprintf(state, sizeof state, "d %04o", mode);
    *steps = tree_memory(*steps, (*count + 1) * sizeof **steps);
    (*steps)[(*count)++] =
        (struct tree_step){.path = tree_copy_text(folder), .from = tree_copy_text(state), .to = tree_copy_text(state)};
  }
  *count = tree_steps_order(*steps, *count);
}

void tree_steps_report(const struct tree_step *steps, size_t count, bool was_applied) {
  for (size_t i = 0; i < count; i++) {
    if (is_closed_folder(&steps[i])) continue; /* nothing that anybody chose */
    tree_field(steps[i].path);
    tree_field(steps[i].refused == NULL ? "" : steps[i].refused);
  }
  tree_field("");
  tree_field(was_applied ? "applied" : "refused");
  tree_flush();
}

bool tree_steps_take(struct tree_transaction *transaction, const struct tree_step *steps, size_t count) {
  transaction->steps = tree_memory(NULL, (count + 1) * sizeof *steps);
  transaction->count = 0;
  for (size_t i = 0; i < count; i++)
    if (steps[i].refused == NULL) transaction->steps[transaction->count++] = steps[i];
  return transaction->count > 0;
}

size_t tree_steps_refused(const struct tree_step *steps, size_t count) {
  size_t refused = 0;
  for (size_t i = 0; i < count; i++) refused += steps[i].refused != NULL;
  return refused;
}
