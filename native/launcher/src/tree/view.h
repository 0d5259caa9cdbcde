/* The two sides of a copy-on-write view, and what the marks of overlayfs in its upper side mean. */
#ifndef CLAWHOLD_TREE_VIEW_H
#define CLAWHOLD_TREE_VIEW_H

#include <stdbool.h>

#include "tree/entry.h"

struct tree_view {
  int lower, upper;
  const char *attributes; /* "user.overlay." or "trusted.overlay.": how this view was mounted */
  long long largest;      /* files beyond this many bytes are refused */
};

/* arguments: LOWER UPPER user|trusted LARGEST */
void tree_view_open(struct tree_view *view, char **arguments);

enum tree_mark { TREE_PLAIN, TREE_WHITEOUT, TREE_OPAQUE, TREE_ANNOUNCES_WHITEOUTS, TREE_FOREIGN };

/*
 * What overlayfs says about an entry of the upper side. A whiteout makes the entry absent. FOREIGN: a redirect, a
 * content-less copy or a mark that cannot be read; its content would come from somewhere else, so the entry is refused.
 * `parent` is the mark of the folder that holds it.
 */
enum tree_mark tree_mark(const struct tree_view *view, const char *path, enum tree_mark parent,
                         struct tree_entry *entry);

/* What the run's view shows at `path`: upper, or lower shining through. Follows the marks of every folder above. */
void tree_look_through(const struct tree_view *view, const char *path, struct tree_entry *entry);

/* Completes `after` for a person: `refused` when it must not be kept, and its state once kept. */
void tree_kept_state(const struct tree_view *view, const char *path, struct tree_entry *after,
                     const struct tree_entry *before, char *state);

#endif
