/* The two sides of a copy-on-write view, and what the marks of overlayfs in its layers mean. */
#ifndef CLAWHOLD_TREE_VIEW_H
#define CLAWHOLD_TREE_VIEW_H

#include <stdbool.h>

#include "tree/entry.h"
#include "tree/sight.h"

/* The folder that takes changes, and one for each checkpoint below it. As many as a mount can name: see overlay.c. */
enum { TREE_MOST_LAYERS = 61 };

struct tree_view {
  int lower;
  int mask; /* what the run could not see of lower: see mask.c; -1 when it could see all of it */
  int layers[TREE_MOST_LAYERS]; /* what the run changed, the newest first */
  unsigned count;
  struct tree_sight root; /* what is seen at the top of the tree */
  const char *attributes; /* "user.overlay." or "trusted.overlay.": how this view was mounted */
  long long largest;      /* files beyond this many bytes are refused */
};

/* How many arguments describe a view: LOWER UPPER POOL NAMES user|trusted LARGEST. */
enum { TREE_VIEW_ARGUMENTS = 6 };

/*
 * UPPER may be empty: then the newest layer is the first of NAMES, folders of POOL that are separated by colons, the
 * newest first. Ends the job when a layer cannot be opened or carries foreign marks at its top.
 */
void tree_view_open(struct tree_view *view, char **arguments);

/* So short that the names of all layers fit into what a mount takes, and no path. */
bool tree_layer_name_is_valid(const char *name);

/*
 * What the layers say about an entry. FOREIGN: a redirect, a content-less copy or a mark that cannot be read; its content
 * would come from somewhere else, so the entry is refused.
 */
enum tree_mark { TREE_PLAIN, TREE_WHITEOUT, TREE_OPAQUE, TREE_ANNOUNCES_WHITEOUTS, TREE_FOREIGN };

struct tree_found {
  int layer;               /* the newest that says something about it; -1: none does */
  struct tree_sight below; /* of a folder */
};

/*
 * What the layers have at `path`, in a folder of which `sight` is seen; a deletion makes the entry absent. Files are
 * digested up to `largest` bytes.
 */
struct tree_found tree_find(const struct tree_view *view, const char *path, const struct tree_sight *sight,
                            long long largest, struct tree_entry *entry);

/* What the run's view shows at `path`: its layers, or lower shining through. Follows the marks of every folder above. */
void tree_look_through(const struct tree_view *view, const char *path, struct tree_entry *entry);

/* Opens what the run's view shows at `path`. -1 and errno as openat2. */
int tree_open_through(const struct tree_view *view, const char *path, int flags);

/* Completes `after` for a person: `refused` when it must not be kept, and its state once kept. */
void tree_kept_state(const struct tree_view *view, const char *path, struct tree_entry *after,
                     const struct tree_entry *before, char *state);

#endif
