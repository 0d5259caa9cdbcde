#define _GNU_SOURCE
#include "tree/beneath.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tree/report.h"

/* openat2 answers EAGAIN when a rename elsewhere raced with its check; that many in a row is no race any more. */
#define RACES 128

static int open_how(int root, const char *path, int flags, unsigned long long resolve) {
  struct open_how how = {.flags = (unsigned)flags | O_CLOEXEC, .resolve = resolve};
  for (int race = 0;; race++) {
    long fd = syscall(SYS_openat2, root, path, &how, sizeof how);
    if (fd >= 0 || (errno != EINTR && (errno != EAGAIN || race == RACES))) return (int)fd;
  }
}

int tree_open_root(const char *path, const char *what) {
  int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0) tree_fail("unreachable", "The %s %s cannot be opened: %s.", what, path, strerror(errno));
  return fd;
}

int tree_open(int root, const char *path, int flags) {
  return open_how(root, path, flags | O_NOFOLLOW,
                  RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV);
}

int tree_open_following(int root, const char *path) {
  return open_how(root, path, O_PATH, RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS);
}

int tree_open_parent(int root, const char *path, const char **name) {
  const char *slash = strrchr(path, '/');
  *name = slash == NULL ? path : slash + 1;
  char folder[TREE_PATH_SIZE] = ".";
  if (slash != NULL) {
    memcpy(folder, path, (size_t)(slash - path));
    folder[slash - path] = '\0';
  }
  return tree_open(root, folder, O_PATH | O_DIRECTORY);
}

bool tree_path_is_plain(const char *path) {
  if (strlen(path) >= TREE_PATH_SIZE) return false;
  for (const char *part = path;; part++) {
    size_t length = strcspn(part, "/");
    if (length == 0 || length > 255) return false;
    if (part[0] == '.' && (length == 1 || (length == 2 && part[1] == '.'))) return false;
    part += length;
    if (*part == '\0') return true;
  }
}
