#define _GNU_SOURCE
#include "tree/view.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "tree/link.h"
#include "tree/report.h"

/* Without CAP_SYS_ADMIN the kernel hides trusted.* attributes: every opaque folder would look like a plain one. */
static bool sees_trusted_attributes(void) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct data[2];
  return syscall(SYS_capget, &header, data) == 0 && (data[0].effective & (1U << CAP_SYS_ADMIN)) != 0;
}

void tree_view_open(struct tree_view *view, char **arguments) {
  view->lower = tree_open_root(arguments[0], "task folder");
  view->upper = tree_open_root(arguments[1], "folder of changes");
  view->attributes = strcmp(arguments[2], "trusted") == 0 ? "trusted.overlay." : "user.overlay.";
  view->largest = atoll(arguments[3]);
  if (view->attributes[0] == 't' && !sees_trusted_attributes())
    tree_fail("unprivileged", "Reading the marks of this copy-on-write view needs CAP_SYS_ADMIN.");
}

/* The first byte of an overlay attribute, '\0' when it is empty, -1 when there is none, -2 when it cannot be read. */
static int attribute(const struct tree_view *view, int fd, const char *name) {
  char full[64], value[256];
  snprintf(full, sizeof full, "%s%s", view->attributes, name);
  ssize_t size = fgetxattr(fd, full, value, sizeof value);
  if (size >= 0) return size == 0 ? '\0' : (unsigned char)value[0];
  return errno == ENODATA || errno == EOPNOTSUPP ? -1 : -2;
}

static enum tree_mark folder_mark(const struct tree_view *view, int fd) {
  int opaque = attribute(view, fd, "opaque");
  if (opaque == -1) return TREE_PLAIN;
  return opaque == 'y' ? TREE_OPAQUE : opaque == 'x' ? TREE_ANNOUNCES_WHITEOUTS : TREE_FOREIGN;
}

static enum tree_mark file_mark(const struct tree_view *view, int fd, const struct tree_entry *entry,
                                enum tree_mark parent) {
  if (attribute(view, fd, "whiteout") == -1) return TREE_PLAIN;
  /* The kernel takes an attribute for a whiteout only in an empty file of a folder that announces them. */
  return parent == TREE_ANNOUNCES_WHITEOUTS && entry->status.st_size == 0 ? TREE_WHITEOUT : TREE_FOREIGN;
}

enum tree_mark tree_mark(const struct tree_view *view, const char *path, enum tree_mark parent,
                         struct tree_entry *entry) {
  enum tree_mark mark = TREE_PLAIN;
  if (S_ISCHR(entry->status.st_mode) && entry->status.st_rdev == makedev(0, 0)) {
    mark = TREE_WHITEOUT;
  } else if (entry->kind == TREE_FOLDER || entry->kind == TREE_FILE) {
    int fd = tree_open(view->upper, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
    bool is_elsewhere = fd < 0 || attribute(view, fd, "redirect") != -1 || attribute(view, fd, "metacopy") != -1;
    bool is_folder = entry->kind == TREE_FOLDER;
    mark = is_elsewhere ? TREE_FOREIGN : is_folder ? folder_mark(view, fd) : file_mark(view, fd, entry, parent);
    if (mark == TREE_FOREIGN && entry->refused == NULL) entry->refused = fd < 0 ? "unreadable" : "overlay-mark";
    if (fd >= 0) close(fd);
  }
  if (mark == TREE_WHITEOUT) entry->kind = TREE_ABSENT, entry->refused = NULL;
  return mark;
}

/*
 * The last folder that was gone through. Paths come in order, so the next one is most often in it or below it: without
 * this, an agent's deep tree would cost its depth again for each of its entries.
 */
static struct {
  char path[TREE_PATH_SIZE];
  size_t length;
  enum tree_mark mark;
  bool lower_shows;
} passed;

/* Goes through the folders above `path`; false when nothing of the upper side is there, `entry` is then complete. */
static bool pass_folders(const struct tree_view *view, const char *path, struct tree_entry *entry) {
  bool is_below = passed.length > 0 && strncmp(path, passed.path, passed.length) == 0 && path[passed.length] == '/';
  if (!is_below) {
    passed.length = 0, passed.lower_shows = true;
    tree_look(view->upper, ".", -1, entry);
    passed.mark = tree_mark(view, ".", TREE_PLAIN, entry);
    if (passed.mark == TREE_FOREIGN) return false;
  }
  for (;;) {
    size_t start = passed.length + (passed.length > 0), end = start + strcspn(path + start, "/");
    if (path[end] == '\0') return true;
    memcpy(passed.path, path, end);
    passed.path[end] = '\0';
    passed.length = 0; /* not passed yet */
    tree_look(view->upper, passed.path, -1, entry);
    bool is_missing = entry->kind == TREE_ABSENT;
    enum tree_mark mark = tree_mark(view, passed.path, passed.mark, entry);
    if (mark == TREE_FOREIGN && entry->kind == TREE_FOLDER) return false;
    if (entry->kind != TREE_FOLDER) {
      entry->kind = TREE_ABSENT, entry->refused = NULL; /* below a deletion or a file there is nothing */
      if (is_missing && passed.lower_shows) tree_look(view->lower, path, view->largest, entry);
      return false;
    }
    passed.length = end;
    passed.mark = mark;
    if (mark == TREE_OPAQUE) passed.lower_shows = false;
  }
}

void tree_look_through(const struct tree_view *view, const char *path, struct tree_entry *entry) {
  if (!pass_folders(view, path, entry)) return;
  tree_look(view->upper, path, view->largest, entry);
  bool is_missing = entry->kind == TREE_ABSENT;
  (void)tree_mark(view, path, passed.mark, entry);
  if (is_missing && passed.lower_shows) tree_look(view->lower, path, view->largest, entry);
}

void tree_kept_state(const struct tree_view *view, const char *path, struct tree_entry *after,
                     const struct tree_entry *before, char *state) {
  if (tree_entry_is_unchanged(after, before)) {
    tree_state(after, before->status.st_mode & 07777, state);
    return;
  }
  bool leaves = after->kind == TREE_LINK && !tree_link_stays_inside(view->lower, path, after->target);
  if (after->refused == NULL && leaves) after->refused = "link-leaves";
  if (after->refused == NULL && strncmp(path, TREE_RESERVED, strlen(TREE_RESERVED)) == 0) after->refused = "reserved";
  if (after->refused == NULL && before->refused != NULL) after->refused = before->refused;
  tree_state(after, tree_kept_mode(after, before), state);
}
