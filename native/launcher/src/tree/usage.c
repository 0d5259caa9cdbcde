#define _GNU_SOURCE
#include "tree/jobs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tree/report.h"
#include "tree/view.h"
#include "tree/walk.h"

struct usage {
  unsigned long long bytes, entries, most_bytes, most_entries;
};

static bool is_over(const struct usage *usage) {
  return usage->bytes > usage->most_bytes || usage->entries > usage->most_entries;
}

static void count(struct usage *usage, struct tree_walk *walk) {
  struct stat status;
  int place = tree_open(walk->root, walk->path, O_PATH);
  if (place < 0 || fstat(place, &status) != 0) tree_fail("changing", "A file went away while it was counted.");
  close(place);
  usage->entries++;
  /* What has several names takes its place once. */
  usage->bytes += (unsigned long long)status.st_blocks * 512 / (S_ISDIR(status.st_mode) || !status.st_nlink ? 1 : status.st_nlink);
  /* Nobody gets to store anything where nobody can count it. */
  if (S_ISDIR(status.st_mode) && !tree_walk_enter(walk, (struct tree_sight){0})) usage->entries = usage->most_entries + 1;
}

/*
 * VIEW MOST-BYTES MOST-ENTRIES: what the layers of a view take on the disk, and how many entries they have. It stops where
 * either is more than that. The run must stand still.
 */
int tree_usage(char **arguments) {
  static struct tree_walk walk;
  struct usage usage = {.most_bytes = strtoull(arguments[TREE_VIEW_ARGUMENTS], NULL, 10),
                        .most_entries = strtoull(arguments[TREE_VIEW_ARGUMENTS + 1], NULL, 10)};
  bool has_begun = arguments[3][0] != '\0' || access(arguments[1], F_OK) == 0 || errno != ENOENT;
  struct tree_view view = {0};
  if (has_begun) tree_view_open(&view, arguments);
  for (unsigned layer = 0; layer < view.count && !is_over(&usage); layer++) {
    struct tree_sight sight = {0};
    if (!tree_walk_begin(&walk, view.layers[layer], "", sight)) tree_fail("unreadable", "The folder of changes cannot be read.");
    enum tree_step_kind step;
    while (!is_over(&usage) && (step = tree_walk_next(&walk, &sight)) != TREE_WALK_END)
      if (step == TREE_ENTRY) count(&usage, &walk);
  }
  tree_number(usage.bytes);
  tree_number(usage.entries);
  tree_flush();
  return 0;
}
