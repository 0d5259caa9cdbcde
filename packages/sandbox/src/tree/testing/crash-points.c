/*
 * Ends or fails a file job at any of its changes to the disk. Linked into the test build only, by `--wrap`: the product
 * has no hook. TREE_KILL_AT=N kills the job with SIGKILL just before its Nth change, TREE_FAIL_AT=N lets that change
 * fail as a full disk does. A job that got to its end without an Nth change says `unbroken` on stderr.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static long changes;

static int fails(void) {
  const char *kill_at = getenv("TREE_KILL_AT"), *fail_at = getenv("TREE_FAIL_AT");
  changes++;
  if (kill_at != NULL && changes == atol(kill_at)) kill(getpid(), SIGKILL);
  if (fail_at == NULL || changes != atol(fail_at)) return 0;
  errno = ENOSPC;
  return 1;
}

__attribute__((destructor)) static void say_unbroken(void) {
  const char *at = getenv("TREE_KILL_AT") != NULL ? getenv("TREE_KILL_AT") : getenv("TREE_FAIL_AT");
  if (at != NULL && changes < atol(at)) (void)!write(STDERR_FILENO, "unbroken\n", 9);
}

#define WRAP(type, name, parameters, arguments) \
  type __real_##name parameters;                \
  type __wrap_##name parameters {               \
    return fails() ? -1 : __real_##name arguments; \
  }

WRAP(ssize_t, pwrite, (int fd, const void *bytes, size_t length, off_t at), (fd, bytes, length, at))
WRAP(int, ftruncate, (int fd, off_t length), (fd, length))
WRAP(int, mkdirat, (int fd, const char *name, mode_t mode), (fd, name, mode))
WRAP(int, symlinkat, (const char *target, int fd, const char *name), (target, fd, name))
WRAP(int, linkat, (int from, const char *old, int to, const char *name, int flags), (from, old, to, name, flags))
WRAP(int, mknodat, (int fd, const char *name, mode_t mode, dev_t device), (fd, name, mode, device))
WRAP(int, fsetxattr, (int fd, const char *name, const void *value, size_t size, int flags), (fd, name, value, size, flags))
WRAP(int, fchown, (int fd, uid_t uid, gid_t gid), (fd, uid, gid))
WRAP(int, renameat, (int from, const char *old, int to, const char *name), (from, old, to, name))
WRAP(int, renameat2, (int from, const char *old, int to, const char *name, unsigned flags), (from, old, to, name, flags))
WRAP(int, unlinkat, (int fd, const char *name, int flags), (fd, name, flags))
WRAP(int, fchmod, (int fd, mode_t mode), (fd, mode))
WRAP(int, fchmodat, (int fd, const char *name, mode_t mode, int flags), (fd, name, mode, flags))
WRAP(int, fchownat, (int fd, const char *name, uid_t uid, gid_t gid, int flags), (fd, name, uid, gid, flags))
WRAP(int, futimens, (int fd, const struct timespec times[2]), (fd, times))
WRAP(int, fsync, (int fd), (fd))
WRAP(int, syncfs, (int fd), (fd))

int __real_openat(int fd, const char *name, int flags, ...);
int __wrap_openat(int fd, const char *name, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  mode_t mode = (flags & O_CREAT) != 0 ? va_arg(arguments, mode_t) : 0;
  va_end(arguments);
  return (flags & O_CREAT) != 0 && fails() ? -1 : __real_openat(fd, name, flags, mode);
}
