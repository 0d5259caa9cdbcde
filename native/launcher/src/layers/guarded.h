/*
 * The folders of the platform itself, which no policy shows.
 */
#ifndef CLAWHOLD_GUARDED_H
#define CLAWHOLD_GUARDED_H

#include <sys/stat.h>

#include "request.h"

/* True when a path lies in a guarded folder, or holds one; `status` is what the path names. */
bool guarded_meets(const struct start_request *request, const char *path, const struct stat *status);

#endif
