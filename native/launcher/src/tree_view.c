#define _GNU_SOURCE
#include "tree_view.h"

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

#include "tree_link.h"
#include "tree_report.h"

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
  if (attribute(view, fd, "redirect") != -1) return TREE_FOREIGN;
  int opaque = attribute(view, fd, "opaque");
  if (opaque == -1) return TREE_PLAIN;
  return opaque == 'y' ? TREE_OPAQUE : opaque == 'x' ? TREE_ANNOUNCES_WHITEOUTS : TREE_FOREIGN;
}

static enum tree_mark file_mark(const struct tree_view *view, int fd, const struct tree_entry *entry,
                                enum tree_mark parent) {
  if (attribute(view, fd, "metacopy") != -1 || attribute(view, fd, "redirect") != -1) return TREE_FOREIGN;
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
    mark = fd < 0 ? TREE_FOREIGN : entry->kind == TREE_FOLDER ? folder_mark(view, fd) : file_mark(view, fd, entry, parent);
    if (mark == TREE_FOREIGN && entry->refused == NULL) entry->refused = fd < 0 ? "unreadable" : "overlay-mark";
    if (fd >= 0) close(fd);
  }
  if (mark == TREE_WHITEOUT) entry->kind = TREE_ABSENT, entry->refused = NULL;
  return mark;
}

void tree_look_through(const struct tree_view *view, const char *path, struct tree_entry *entry) {
  enum tree_mark parent = TREE_PLAIN;
  bool lower_shows = true;
  char prefix[TREE_PATH_SIZE] = ".";
  for (size_t length = 0;;) {
    bool is_last = length == strlen(path);
    tree_look(view->upper, prefix, is_last ? view->largest : -1, entry);
    if (entry->kind == TREE_ABSENT) break;
    enum tree_mark mark = tree_mark(view, prefix, parent, entry);
    if (mark == TREE_WHITEOUT || is_last) return;
    if (entry->kind != TREE_FOLDER) { /* a file above it: there is nothing below */
      entry->kind = TREE_ABSENT, entry->refused = NULL;
      return;
    }
    if (mark == TREE_FOREIGN) return;
    if (mark == TREE_OPAQUE) lower_shows = false;
    parent = mark;
    length += (length > 0) + strcspn(path + length + (length > 0), "/");
    memcpy(prefix, path, length);
    prefix[length] = '\0';
  }
  if (lower_shows) tree_look(view->lower, path, view->largest, entry);
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
