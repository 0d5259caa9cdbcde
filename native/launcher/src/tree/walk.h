/* Walks a tree of any size and hostility with bounded memory and few descriptors. */
#ifndef CLAWHOLD_TREE_WALK_H
#define CLAWHOLD_TREE_WALK_H

#include <dirent.h>
#include <stdbool.h>
#include <sys/types.h>

#include "tree/beneath.h"
#include "tree/sight.h"

/* A folder path has fewer components than half its bytes. */
#define TREE_DEPTH (TREE_PATH_SIZE / 2)

/* Folders held open at a time; those above are closed and found again by their position. */
#define TREE_OPEN_FOLDERS 64

struct tree_walk {
  int root;
  char path[TREE_PATH_SIZE]; /* of the entry at hand, or of the folder that just ended; "" is the root */
  unsigned char type; /* of the entry at hand, as readdir says: DT_UNKNOWN on some file systems */
  ino_t inode;
  int depth;
  struct tree_folder {
    DIR *stream;   /* NULL while closed */
    long position; /* where to go on once opened again */
    size_t length; /* of the folder's path */
    struct tree_sight sight; /* the caller's */
  } folders[TREE_DEPTH];
};

/* Starts in the folder `path` ("" for the root); false when it cannot be opened. Allocate the walk, it is large. */
bool tree_walk_begin(struct tree_walk *walk, int root, const char *path, struct tree_sight sight);

enum tree_step_kind { TREE_ENTRY, TREE_FOLDER_END, TREE_WALK_END };

/* Moves to the next entry. At a folder's end `path` is that folder, which is then left. `sight` is of the folder at hand. */
enum tree_step_kind tree_walk_next(struct tree_walk *walk, struct tree_sight *sight);

/* Goes into the folder that is the entry at hand; false when it cannot be opened or is too deep. */
bool tree_walk_enter(struct tree_walk *walk, struct tree_sight sight);

#endif
