#define _GNU_SOURCE
#include "tree/link.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tree/beneath.h"

static size_t folders_above(const char *path) {
  size_t count = 0;
  for (; *path != '\0'; path++) count += *path == '/';
  return count;
}

/* Drops the last component of `folder`. */
static void go_up(char *folder) {
  char *slash = strrchr(folder, '/');
  *(slash == NULL ? folder : slash) = '\0';
}

/*
 * Going up is allowed only before the first name: the folders above the link itself are real ones, while `name/..` goes
 * wherever `name` leads when that is a link too. What remains is looked up in the person's folder, because a name on the
 * way may be a link of the person's own that leaves it.
 */
bool tree_link_stays_inside(int lower, const char *path, const char *target) {
  if (target[0] == '\0' || target[0] == '/') return false;
  char resolved[2 * TREE_PATH_SIZE];
  snprintf(resolved, TREE_PATH_SIZE, "%s", path);
  go_up(resolved);
  size_t room_above = folders_above(path);
  bool has_named = false;
  for (const char *part = target; *part != '\0';) {
    size_t length = strcspn(part, "/");
    bool is_up = length == 2 && part[0] == '.' && part[1] == '.';
    if (is_up && (has_named || room_above-- == 0)) return false;
    if (is_up) go_up(resolved);
    else if (length > 0 && !(length == 1 && part[0] == '.')) {
      has_named = true;
      snprintf(resolved + strlen(resolved), sizeof resolved - strlen(resolved), "%s%.*s", resolved[0] ? "/" : "",
               (int)length, part);
    }
    part += length + (part[length] == '/');
  }
  int fd = tree_open_following(lower, resolved[0] == '\0' ? "." : resolved);
  /* A link to nothing, or to itself, leads nowhere. */
  if (fd < 0) return errno == ENOENT || errno == ENOTDIR || errno == ELOOP;
  close(fd);
  return true;
}
