#define _GNU_SOURCE
#include "tree_moment.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tree_beneath.h"

/*
 * Files are stamped by the kernel's coarse clock, which stands still for a tick. The fine clock runs ahead of it, and a
 * change just after the start would seem older than the start; so the coarse one it is, and equal counts as changed.
 */
void tree_moment_write(const struct stat *root, char text[96]) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME_COARSE, &now);
  snprintf(text, 96, "%lld.%09ld.%llu", (long long)now.tv_sec, now.tv_nsec, (unsigned long long)root->st_ino);
}

bool tree_moment_read(const char *text, struct tree_moment *moment) {
  return sscanf(text, "%lld.%lld.%llu", &moment->seconds, &moment->fraction, &moment->root) == 3;
}

static bool is_since(const struct timespec *stamp, const struct tree_moment *moment) {
  /* A fraction of exactly zero: a file system that counts in seconds (ext3, HFS+) or in two of them (FAT), rounded down. */
  if (stamp->tv_nsec == 0) return stamp->tv_sec >= moment->seconds - 1;
  return stamp->tv_sec > moment->seconds ||
         (stamp->tv_sec == moment->seconds && stamp->tv_nsec >= moment->fraction);
}

bool tree_changed_since(const struct stat *status, const struct tree_moment *moment) {
  if (is_since(&status->st_ctim, moment)) return true;
  /* The ctime says it all except where it is missing. An mtime in the future was set by hand and proves nothing. */
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return is_since(&status->st_mtim, moment) && status->st_mtim.tv_sec <= now.tv_sec;
}

bool tree_moved_since(int lower, const char *path, const struct tree_moment *moment) {
  char folder[TREE_PATH_SIZE];
  strcpy(folder, path);
  for (char *slash; (slash = strrchr(folder, '/')) != NULL;) {
    *slash = '\0';
    struct stat status;
    int fd = tree_open(lower, folder, O_PATH | O_DIRECTORY);
    bool is_there = fd >= 0 && fstat(fd, &status) == 0;
    if (fd >= 0) close(fd);
    if (!is_there) return true;
    bool is_same_stamp = memcmp(&status.st_ctim, &status.st_mtim, sizeof status.st_ctim) == 0;
    if (is_since(&status.st_ctim, moment) && !is_same_stamp) return true;
  }
  return false;
}
