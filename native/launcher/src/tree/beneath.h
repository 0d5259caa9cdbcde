/* Opening things by a path that can never leave the tree it starts in. */
#ifndef CLAWHOLD_TREE_BENEATH_H
#define CLAWHOLD_TREE_BENEATH_H

#include <stdbool.h>

/* The longest path a job follows, its end included. What lies deeper is reported, refused and still deleted. */
#define TREE_PATH_SIZE 4096

/* Top-level names that begin so belong to keep and undo while they work; no agent may bring one in. */
#define TREE_RESERVED ".clawhold-"

/* A folder at least this deep is not entered: any name below it must still fit into TREE_PATH_SIZE. */
#define TREE_FOLDER_LIMIT (TREE_PATH_SIZE - 257)

/* The root of a tree, given by the operator's side and therefore trusted; ends the job when it cannot be opened. */
int tree_open_root(const char *path, const char *what);

/* openat2 without symbolic links, magic links, mount points or a way up. -1 and errno as openat2. */
int tree_open(int root, const char *path, int flags);

/* The same, but the links on the way are followed as long as they stay in the tree (EXDEV when one leaves it). */
int tree_open_following(int root, const char *path);

/* The folder that holds `path`; `name` becomes the last component. -1 and errno when it is not reachable. */
int tree_open_parent(int root, const char *path, const char **name);

/* A relative path without empty, "." or ".." components, short enough to follow. */
bool tree_path_is_plain(const char *path);

#endif
