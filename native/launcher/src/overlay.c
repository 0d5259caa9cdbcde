#define _GNU_SOURCE
#include "overlay.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "identity.h"
#include "kernel.h"
#include "setup.h"

/*
 * On disk the files of every view belong to this id, whichever sandbox wrote them: a run that goes on under another
 * host id finds its own files, and no file of an agent is ever owned by an account of the host.
 */
enum { VIEW_OWNER = 700000 };

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
static void claim(int storage) {
  int view = setup_need(openat(storage, "view", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), "open its storage");
  if (flock(view, LOCK_EX | LOCK_NB))
    setup_fail("sandbox_storage_in_use", "Wait until the other sandbox has ended, or give each a storage folder of its own.",
               "The storage folder is in use by another sandbox.");
}

void overlay_take(const struct start_request *request, struct mounts *mounts) {
  bool privileged = identity_privileged();
  int task = open_folder(request->task_folder, "task folder");
  int storage = open_folder(request->storage, "storage folder");
  struct stat owner;
  setup_need(fstat(task, &owner), "look at the task folder");
  mounts->lower_mode = owner.st_mode & 0777;
  mounts->lower =
      clone_folder(task, ATTRIBUTE_READ_ONLY,
                   privileged ? identity_table(owner.st_uid, owner.st_gid, request->host_id) : -1,
                   request->task_folder);

  make_folder(storage, "view", 0700, privileged);
  int view = setup_need(openat(storage, "view", O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), "open its storage");
  claim(storage);
  /* The root of the view takes its mode from the upper folder: equal to the task folder, or it would look changed. */
  make_folder(view, "upper", mounts->lower_mode, privileged);
  make_folder(view, "work", 0700, privileged);
  mounts->view = clone_folder(view, 0, privileged ? identity_table(VIEW_OWNER, VIEW_OWNER, request->host_id) : -1,
                              request->storage);
}

static void set(int context, const char *key, const char *value) {
  setup_need(kernel_fsconfig(context, CONFIG_STRING, key, value), "describe the view of the task folder");
}

void overlay_place(const struct mounts *mounts) {
  setup_need(mkdir(".lower", 0700) | mkdir(".view", 0700), "make room for the task folder");
  setup_need(kernel_move_mount(mounts->lower, AT_FDCWD, ".lower"), "place the task folder");
  setup_need(kernel_move_mount(mounts->view, AT_FDCWD, ".view"), "place its storage");

  int context = setup_need(kernel_fsopen("overlay"), "use overlayfs");
  set(context, "lowerdir", ".lower");
  set(context, "upperdir", ".view/upper");
  set(context, "workdir", ".view/work");
  /* Whiteouts in user.* attributes: the mount belongs to a user namespace, which may not write trusted.* ones. */
  setup_need(kernel_fsconfig(context, CONFIG_FLAG, "userxattr", NULL), "keep overlay marks in user attributes");
  if (kernel_fsconfig(context, CONFIG_CREATE, NULL, NULL))
    setup_fail("sandbox_view_refused",
               "The storage folder must be on a file system with user extended attributes, such as ext4 or xfs, and "
               "not in use by another sandbox.",
               "The copy-on-write view of the task folder could not be made: %m.");
  int view = setup_need(kernel_fsmount(context, ATTRIBUTE_NO_SETUID | ATTRIBUTE_NO_DEVICES), "mount the view");
  close(context);
  setup_need(mkdir("task", 0755), "make room for the view");
  setup_need(kernel_move_mount(view, AT_FDCWD, "task"), "place the view");

  /* The overlay holds its own references; nothing of the layers may stay reachable by a path. */
  setup_need(umount2(".lower", MNT_DETACH) | umount2(".view", MNT_DETACH), "hide the layers of the view");
  setup_need(rmdir(".lower") | rmdir(".view"), "remove the places of the layers");
}
