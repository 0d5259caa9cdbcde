/*
 * Paths that lie in others; all of them absolute, or all of them relative to one folder.
 */
#ifndef CLAWHOLD_WITHIN_H
#define CLAWHOLD_WITHIN_H

#include <stdbool.h>
#include <string.h>

/* True for the folder itself too. */
static inline bool within(const char *path, const char *folder) {
  size_t length = strlen(folder);
  return !strncmp(path, folder, length) && (!path[length] || path[length] == '/');
}

#endif
