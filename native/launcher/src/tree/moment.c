#define _GNU_SOURCE
#include "tree/moment.h"

#include <stdio.h>
#include <time.h>

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
