#define _GNU_SOURCE
#include "tree/jobs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tree/beneath.h"
#include "tree/report.h"

/*
 * ROOT MOST-BYTES, stdin: path. Answers the size of the file as one field ("-" when there is no file) and then its first
 * bytes. Only files are opened, never through a link.
 */
int tree_read(char **arguments) {
  size_t count;
  char **fields = tree_input(&count);
  if (count != 1 || !tree_path_is_plain(fields[0])) tree_fail("input", "The path is not a plain relative path.");
  int root = tree_open_root(arguments[0], "folder");
  long long most = atoll(arguments[1]);
  struct stat status;
  int place = tree_open(root, fields[0], O_PATH);
  bool is_file = place >= 0 && fstat(place, &status) == 0 && S_ISREG(status.st_mode);
  int file = is_file ? tree_open(root, fields[0], O_RDONLY | O_NONBLOCK | O_NOCTTY) : -1;
  if (file < 0) {
    tree_field("-");
    tree_flush();
    return 0;
  }
  tree_number((unsigned long long)status.st_size);
  static char chunk[32 * 1024];
  while (most > 0) {
    ssize_t got = read(file, chunk, most < (long long)sizeof chunk ? (size_t)most : sizeof chunk);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) tree_fail("unreadable", "The file could not be read: %s.", strerror(errno));
    if (got == 0) break;
    tree_bytes(chunk, (size_t)got);
    most -= got;
  }
  tree_flush();
  return 0;
}
