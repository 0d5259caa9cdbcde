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

static enum tree_mark file_mark(const struct tree_view *view, int fd, const struct tree_entry *entry, bool announced) {
  if (attribute(view, fd, "whiteout") == -1) return TREE_PLAIN;
  /* The kernel takes an attribute for a whiteout only in an empty file of a folder that announces them. */
  return announced && entry->status.st_size == 0 ? TREE_WHITEOUT : TREE_FOREIGN;
}

/* What overlayfs says about an entry of one layer. A whiteout makes the entry absent. */
static enum tree_mark mark_of(const struct tree_view *view, unsigned layer, const char *path, bool announced,
                              struct tree_entry *entry) {
  enum tree_mark mark = TREE_PLAIN;
  if (S_ISCHR(entry->status.st_mode) && entry->status.st_rdev == makedev(0, 0)) {
    mark = TREE_WHITEOUT;
  } else if (entry->kind == TREE_FOLDER || entry->kind == TREE_FILE) {
    int fd = tree_open(view->layers[layer], path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
    bool is_elsewhere = fd < 0 || attribute(view, fd, "redirect") != -1 || attribute(view, fd, "metacopy") != -1;
    bool is_folder = entry->kind == TREE_FOLDER;
    mark = is_elsewhere ? TREE_FOREIGN : is_folder ? folder_mark(view, fd) : file_mark(view, fd, entry, announced);
    if (mark == TREE_FOREIGN && entry->refused == NULL) entry->refused = fd < 0 ? "unreadable" : "overlay-mark";
    if (fd >= 0) close(fd);
  }
  if (mark == TREE_WHITEOUT) entry->kind = TREE_ABSENT, entry->refused = NULL;
  return mark;
}

struct tree_found tree_find(const struct tree_view *view, const char *path, const struct tree_sight *sight,
                            long long largest, struct tree_entry *entry) {
  static struct tree_entry covered;
  struct tree_found found = {.layer = -1};
  entry->kind = TREE_ABSENT, entry->refused = NULL;
  for (unsigned layer = 0; layer < view->count; layer++) {
    uint64_t bit = UINT64_C(1) << layer;
    if ((sight->layers & bit) == 0) continue;
    bool is_first = found.layer < 0;
    struct tree_entry *here = is_first ? entry : &covered;
    tree_look(view->layers[layer], path, is_first ? largest : -1, here);
    if (here->kind == TREE_ABSENT) continue;
    enum tree_mark mark = mark_of(view, layer, path, (sight->announcing & bit) != 0, here);
    if (is_first) found.layer = (int)layer;
    /* A folder of a newer layer over anything but a folder: nothing older is seen in it. */
    if (here->kind != TREE_FOLDER) return found;
    if (mark == TREE_FOREIGN) {
      if (entry->refused == NULL) entry->refused = here->refused;
      return found;
    }
    found.below.layers |= bit;
    if (mark == TREE_ANNOUNCES_WHITEOUTS) found.below.announcing |= bit;
    if (mark == TREE_OPAQUE) return found;
  }
  found.below.lower = sight->lower;
  return found;
}

static void open_layers(struct tree_view *view, const char *upper, const char *pool, const char *names) {
  struct stat status;
  /* A run that was made of checkpoints has no folder of its own before it has a sandbox. */
  bool is_none = upper[0] == '\0' || (names[0] != '\0' && lstat(upper, &status) != 0 && errno == ENOENT);
  if (!is_none) view->layers[view->count++] = tree_open_root(upper, "folder of changes");
  if (names[0] == '\0') return;
  int folder = tree_open_root(pool, "folder of checkpoints");
  for (const char *name = names; name != NULL; name = strchr(name, ':')) {
    char text[32];
    name += *name == ':';
    snprintf(text, sizeof text, "%.*s", (int)strcspn(name, ":"), name);
    int layer = view->count < TREE_MOST_LAYERS && tree_path_is_plain(text) ? tree_open(folder, text, O_RDONLY | O_DIRECTORY) : -1;
    if (layer < 0) tree_fail("unreachable", "The checkpoint %s of the run cannot be opened.", text);
    view->layers[view->count++] = layer;
  }
  close(folder);
}

/* It lies beside the folder that takes changes. */
static int open_mask(const char *upper) {
  char path[TREE_PATH_SIZE];
  const char *slash = strrchr(upper, '/');
  if (slash == NULL || (size_t)snprintf(path, sizeof path, "%.*s/mask", (int)(slash - upper), upper) >= sizeof path) return -1;
  int mask = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (mask < 0 && errno != ENOENT) tree_fail("unreachable", "What hides files of the run cannot be opened: %s.", strerror(errno));
  return mask;
}

/* A deletion at the path, or at a folder above it. */
static bool is_masked(const struct tree_view *view, const char *path) {
  struct stat status;
  if (view->mask < 0) return false;
  if (fstatat(view->mask, path, &status, AT_SYMLINK_NOFOLLOW) != 0) return errno != ENOENT;
  return S_ISCHR(status.st_mode);
}

bool tree_layer_name_is_valid(const char *name) {
  return strlen(name) <= 3 && tree_path_is_plain(name) && strchr(name, '/') == NULL;
}

void tree_view_open(struct tree_view *view, char **arguments) {
  static struct tree_entry root;
  *view = (struct tree_view){.lower = tree_open_root(arguments[0], "task folder"), .mask = open_mask(arguments[1])};
  open_layers(view, arguments[1], arguments[2], arguments[3]);
  view->attributes = strcmp(arguments[4], "trusted") == 0 ? "trusted.overlay." : "user.overlay.";
  view->largest = atoll(arguments[5]);
  if (view->attributes[0] == 't' && !sees_trusted_attributes())
    tree_fail("unprivileged", "Reading the marks of this copy-on-write view needs CAP_SYS_ADMIN.");
  struct tree_sight all = {.layers = (UINT64_C(1) << view->count) - 1, .lower = true};
  struct tree_found found = tree_find(view, ".", &all, -1, &root);
  if (view->count > 0 && (root.kind != TREE_FOLDER || root.refused != NULL))
    tree_fail("unreadable", "The folder of changes cannot be read.");
  view->root = found.below;
  view->root.has_lower = true;
}

/*
 * The last folder that was gone through. Paths come in order, so the next one is most often in it or below it: without
 * this, an agent's deep tree would cost its depth again for each of its entries.
 */
static struct {
  char path[TREE_PATH_SIZE];
  size_t length;
  struct tree_sight sight;
} passed;

/* Goes through the folders above `path`; false when no layer has anything there, `entry` is then complete. */
static bool pass_folders(const struct tree_view *view, const char *path, struct tree_entry *entry) {
  bool is_below = passed.length > 0 && strncmp(path, passed.path, passed.length) == 0 && path[passed.length] == '/';
  if (!is_below) passed.length = 0, passed.sight = view->root;
  for (;;) {
    size_t start = passed.length + (passed.length > 0), end = start + strcspn(path + start, "/");
    if (path[end] == '\0') return true;
    memcpy(passed.path, path, end);
    passed.path[end] = '\0';
    passed.length = 0; /* not passed yet */
    struct tree_found found = tree_find(view, passed.path, &passed.sight, -1, entry);
    if (entry->kind == TREE_FOLDER && entry->refused != NULL) return false;
    if (entry->kind != TREE_FOLDER) {
      entry->kind = TREE_ABSENT, entry->refused = NULL; /* below a deletion or a file there is nothing */
      if (found.layer < 0 && passed.sight.lower) tree_look(view->lower, path, view->largest, entry);
      return false;
    }
    passed.length = end;
    passed.sight = found.below;
  }
}

void tree_look_through(const struct tree_view *view, const char *path, struct tree_entry *entry) {
  if (!pass_folders(view, path, entry)) return;
  struct tree_found found = tree_find(view, path, &passed.sight, view->largest, entry);
  if (found.layer < 0 && passed.sight.lower) tree_look(view->lower, path, view->largest, entry);
}

int tree_open_through(const struct tree_view *view, const char *path, int flags) {
  static struct tree_entry entry;
  int root = -1;
  if (pass_folders(view, path, &entry)) {
    struct tree_found found = tree_find(view, path, &passed.sight, -1, &entry);
    if (found.layer >= 0 && entry.kind != TREE_ABSENT) root = view->layers[found.layer];
    else if (found.layer < 0 && passed.sight.lower) root = view->lower;
  } else if (entry.kind != TREE_ABSENT && entry.refused == NULL) {
    root = view->lower;
  }
  return root < 0 ? (errno = ENOENT, -1) : tree_open(root, path, flags);
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
  if (after->refused == NULL && before->kind != TREE_ABSENT && is_masked(view, path)) after->refused = "hidden";
  if (after->refused == NULL && before->refused != NULL) after->refused = before->refused;
  tree_state(after, tree_kept_mode(after, before), state);
}
