/* Whether a symbolic link that an agent made may come into the person's folder. */
#ifndef CLAWHOLD_TREE_LINK_H
#define CLAWHOLD_TREE_LINK_H

#include <stdbool.h>

/* `path` is where the link is, relative to `lower`, the folder that following it must never leave. */
bool tree_link_stays_inside(int lower, const char *path, const char *target);

#endif
