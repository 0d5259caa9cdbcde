#define _GNU_SOURCE
#include "layers/guarded.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "within.h"

/* Whether one of the folders above is the same one by another name: a bind mount has no link to show. */
static bool lies_below(char *path, const struct stat *folder) {
  for (char *slash; (slash = strrchr(path, '/')) && slash != path;) {
    struct stat status;
    if (!stat(path, &status) && status.st_dev == folder->st_dev && status.st_ino == folder->st_ino) return true;
    *slash = 0;
  }
  return false;
}

static bool meets(const char *guarded, const char *path, const struct stat *status) {
  char real[PATH_MAX];
  if (within(path, guarded) || within(guarded, path)) return true;
  if (!realpath(guarded, real)) return false; /* not there yet, or not here */
  return within(path, real) || within(real, path) || lies_below(real, status);
}

bool guarded_meets(const struct start_request *request, const char *path, const struct stat *status) {
  for (uint32_t i = 0; i < request->files.guarded_count; i++)
    if (meets(request->files.guarded[i], path, status)) return true;
  return meets(request->storage, path, status);
}
