#define _GNU_SOURCE
#include "layers/overlay.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "layers/identity.h"
#include "kernel.h"
#include "setup.h"
#include "view_owner.h"

static int open_folder(const char *path, const char *what) {
  int folder = kernel_openat2(AT_FDCWD, path, O_PATH | O_DIRECTORY | O_CLOEXEC,
                              RESOLVE_WITHOUT_SYMLINKS | RESOLVE_WITHOUT_MAGIC_LINKS);
  if (folder < 0)
    setup_fail("sandbox_folder_unreadable",
               "Give the real path of a folder (no symbolic link on the way) that the launcher's account can reach.",
               "The %s %s could not be opened: %m.", what, path);
  return folder;
}

static int clone_folder(int folder, uint64_t attributes, int table, const char *path) {
  int tree = kernel_open_tree(folder, "", TREE_CLONE | TREE_EMPTY_PATH);
  if (tree < 0)
    setup_fail("sandbox_folder_refused",
               "If another file system is mounted inside that folder, unmount it or choose a folder without one.",
               "The folder %s could not be shown to the sandbox: %m.", path);
  struct kernel_mount_attributes change = {.set = attributes | ATTRIBUTE_NO_SETUID | ATTRIBUTE_NO_DEVICES};
  if (table >= 0) {
    change.set |= ATTRIBUTE_ID_MAP;
    change.user_namespace = (uint64_t)table;
  }
  if (kernel_mount_setattr(tree, 0, &change))
    setup_fail("sandbox_idmap_unsupported",
               "Put the folder on ext4, xfs or btrfs: its file system must support id-mapped mounts.",
               "The folder %s could not be mapped to the sandbox's user: %m.", path);
  if (table >= 0) close(table);
  return tree;
}

static void make_folder(int parent, const char *name, unsigned mode, bool privileged) {
  if (mkdirat(parent, name, 0700)) {
    if (errno == EEXIST) return;
    setup_fail("sandbox_storage_unwritable", "Check the free space and the owner of the storage folder.",
               "The storage folder of the sandbox could not be written: %m.");
  }
  if (privileged)
    setup_need(fchownat(parent, name, VIEW_OWNER, VIEW_OWNER, AT_SYMLINK_NOFOLLOW), "own its storage folder");
  setup_need(fchmodat(parent, name, mode, 0), "set the mode of its storage folder");
}

/*
 * Two overlays with one upper folder would destroy each other's work, and the kernel only warns. The lock lives as long
 * as its descriptor, which the sandbox's first process keeps to its end.
 */
static int open_view(int storage, enum overlay_claim claims) {
  int view = setup_need(openat(storage, "view", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), "open its storage");
  if (claims == OVERLAY_FIRST && flock(view, LOCK_EX | LOCK_NB))
    setup_fail("sandbox_storage_in_use", "Wait until the other sandbox has ended, or give each a storage folder of its own.",
               "The storage folder is in use by another sandbox.");
  return view;
}

static int clone_pool(const struct start_request *request, int table) {
  if (!*request->layers) return -1;
  int pool = open_folder(request->pool, "folder of checkpoints");
  if (table >= 0) table = setup_need(fcntl(table, F_DUPFD_CLOEXEC, 0), "map the owner of its checkpoints");
  int tree = clone_folder(pool, ATTRIBUTE_READ_ONLY, table, request->pool);
  close(pool);
  return tree;
}

struct overlay overlay_take(const struct start_request *request, const struct overlay_tables *tables,
                            enum overlay_claim claims) {
  int task = open_folder(request->task_folder, "task folder");
  int storage = open_folder(request->storage, "storage folder");
  struct overlay overlay;
  struct stat owner;
  setup_need(fstat(task, &owner), "look at the task folder");
  int table = tables ? identity_table_write(&tables->lower, owner.st_uid, owner.st_gid, request->host_id) : -1;
  overlay.lower = clone_folder(task, ATTRIBUTE_READ_ONLY, table, request->task_folder);

  make_folder(storage, "view", 0700, tables != NULL);
  overlay.lock = open_view(storage, claims);
  /* The root of the view takes its mode from the upper folder: equal to the task folder, or it would look changed. */
  make_folder(overlay.lock, "upper", owner.st_mode & 0777, tables != NULL);
  make_folder(overlay.lock, "work", 0700, tables != NULL);
  table = tables ? identity_table_write(&tables->view, VIEW_OWNER, VIEW_OWNER, request->host_id) : -1;
  overlay.pool = clone_pool(request, table);
  overlay.view = clone_folder(overlay.lock, 0, table, request->storage);
  close(task), close(storage);
  return overlay;
}

#define LOWER_PLACE "/usr"
#define VIEW_PLACE "/etc"
#define POOL_PLACE "/dev"

static void set(int context, const char *key, const char *value) {
  setup_need(kernel_fsconfig(context, CONFIG_STRING, key, value), "describe a view");
}

bool overlay_is_masked(const struct overlay *overlay) {
  struct stat status;
  if (!fstatat(overlay->view, "mask", &status, AT_SYMLINK_NOFOLLOW)) return true;
  if (errno != ENOENT) setup_need(-1, "look for what is hidden in a view");
  return false;
}

/* Relative to the pool: the kernel takes 255 bytes, which hold many names but few paths. */
static void set_lower(int context, const char *layers, bool masked) {
  char text[256];
  const char *mask = masked ? VIEW_PLACE "/mask:" : "";
  if ((size_t)snprintf(text, sizeof text, "%s%s%s" LOWER_PLACE, layers, *layers ? ":" : "", mask) >= sizeof text)
    setup_fail("sandbox_view_refused", "Discard or keep the changes of the run.", "The run has too many checkpoints.");
  set(context, "lowerdir", text);
}

int overlay_make(const struct overlay *overlay, const char *layers, uint64_t attributes) {
  /*
   * overlayfs knows its layers by path. They lie on folders of the host, in this mount namespace, until `root_enter`
   * lets go of all of those at once: each unmount of its own would wait for every processor.
   */
  setup_need(kernel_move_mount(overlay->lower, AT_FDCWD, LOWER_PLACE), "place the lower layer of a view");
  setup_need(kernel_move_mount(overlay->view, AT_FDCWD, VIEW_PLACE), "place the upper layer of a view");
  int before = setup_need(open(".", O_PATH | O_DIRECTORY | O_CLOEXEC), "remember where it is");
  if (*layers) {
    setup_need(kernel_move_mount(overlay->pool, AT_FDCWD, POOL_PLACE), "place the checkpoints of a view");
    setup_need(fchdir(overlay->pool), "enter the checkpoints of a view");
    close(overlay->pool);
  }

  int context = setup_need(kernel_fsopen("overlay"), "use overlayfs");
  set_lower(context, layers, overlay_is_masked(overlay));
  set(context, "upperdir", VIEW_PLACE "/upper");
  set(context, "workdir", VIEW_PLACE "/work");
  /* Whiteouts in user.* attributes: the mount belongs to a user namespace, which may not write trusted.* ones. */
  setup_need(kernel_fsconfig(context, CONFIG_FLAG, "userxattr", NULL), "keep overlay marks in user attributes");
  if (kernel_fsconfig(context, CONFIG_CREATE, NULL, NULL))
    setup_fail("sandbox_view_refused",
               "The storage folder must be on a file system with user extended attributes, such as ext4 or xfs, and "
               "not in use by another sandbox.",
               "A copy-on-write view of a folder could not be made: %m.");
  int view = setup_need(kernel_fsmount(context, attributes | ATTRIBUTE_NO_SETUID | ATTRIBUTE_NO_DEVICES), "mount a view");
  setup_need(fchdir(before), "go back");
  /* The overlay holds its own references: no descriptor of the layers is left. */
  close(context), close(before), close(overlay->lower), close(overlay->view);
  return view;
}

void overlay_place(const struct overlay *overlay, const char *layers, int target, uint64_t attributes) {
  int view = overlay_make(overlay, layers, attributes);
  setup_need(kernel_move_mount_onto(view, target), "place a view");
  close(view), close(target);
}

void overlay_leave_places(void) {
  static const char *const places[] = {LOWER_PLACE, VIEW_PLACE, POOL_PLACE};
  /* One below the other; the host's own mounts are not ours to unmount. */
  for (size_t i = 0; i < sizeof places / sizeof *places; i++)
    while (!umount2(places[i], MNT_DETACH)) continue;
}
