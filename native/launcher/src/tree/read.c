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
#include "tree/view.h"

static const char *read_path(void) {
  size_t count;
  char **fields = tree_input(&count);
  if (count != 1 || !tree_path_is_plain(fields[0])) tree_fail("input", "The path is not a plain relative path.");
  return fields[0];
}

/* Looks before it opens: only files are opened. */
static bool is_file(int place) {
  struct stat status;
  bool is = place >= 0 && fstat(place, &status) == 0 && S_ISREG(status.st_mode);
  if (place >= 0) close(place);
  return is;
}

#define TO_READ (O_RDONLY | O_NONBLOCK | O_NOCTTY)

/* Answers the size of the file as one field ("-" when there is none) and then its first bytes. */
static int answer(int file, long long most) {
  struct stat status;
  if (file < 0 || fstat(file, &status) != 0) {
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

/* ROOT MOST-BYTES: a file of the person's. Links are not followed. */
int tree_read(char **arguments) {
  const char *path = read_path();
  int root = tree_open_root(arguments[0], "folder");
  return answer(is_file(tree_open(root, path, O_PATH)) ? tree_open(root, path, TO_READ) : -1, atoll(arguments[1]));
}

/* VIEW MOST-BYTES: a file as the run sees it. */
int tree_show(char **arguments) {
  const char *path = read_path();
  struct tree_view view;
  tree_view_open(&view, arguments);
  bool is = is_file(tree_open_through(&view, path, O_PATH));
  return answer(is ? tree_open_through(&view, path, TO_READ) : -1, atoll(arguments[TREE_VIEW_ARGUMENTS]));
}
