#define _GNU_SOURCE
#include "layers/paths.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "kernel.h"
#include "layers/guarded.h"
#include "layers/identity.h"
#include "layers/overlay.h"
#include "setup.h"
#include "within.h"

static const struct {
  const char *what, *hint;
} refusals[] = {
    [PATH_MISSING] = {"is not there", "Correct the path in `filesystem_policy`, take it out, or make it."},
    [PATH_BEHIND_LINK] = {"leads through a symbolic link", "Write the path that the link leads to."},
    [PATH_NO_FILES] = {"is not what can be shown", "Name a folder, or for reading a regular file; sockets, pipes and devices are never shown."},
    [PATH_REFUSED] = {"could not be shown", "Name a folder on ext4, xfs or btrfs in which nothing else is mounted."},
};

#ifndef CLAWHOLD_TEST_WITHOUT_READ_ONLY_PATHS
enum { READ_ONLY = ATTRIBUTE_READ_ONLY };
#else
enum { READ_ONLY = 0 };
#endif

/* A sandbox has these of its own, or never; what would appear there is not what the machine has. */
static const char *const not_of_machine[] = {
    "/proc", "/sys",  "/dev", "/run",   "/var/run", "/tmp",   "/var/tmp", "/task",
    "/bin",  "/sbin", "/lib", "/lib32", "/lib64",   "/libx32", "/opt/node", "/opt/clawhold",
};

/* Policies know programs by their paths: nobody puts others there, in a copy neither. */
static void check_system(const char *path) {
  if (within(path, "/usr") || within(path, "/etc"))
    setup_fail("sandbox_path_forbidden", "Name it in `read_only`.", "The policy lets %s be written, which is of the system.", path);
}

static void check_place(const char *path) {
  bool held = path[0] == '/' && path[1];
  for (size_t i = 0; held && i < sizeof not_of_machine / sizeof *not_of_machine; i++)
    held = !within(path, not_of_machine[i]) && !within(not_of_machine[i], path);
  for (const char *part = path; held && (part = strchr(part, '/')); part++)
    held = part[1] && part[1] != '/' && strncmp(part, "/./", 3) && strncmp(part, "/../", 4) && strcmp(part, "/.") && strcmp(part, "/..");
  if (!held)
    setup_fail("sandbox_path_forbidden", "Name a folder of the machine by its real path, and not one that every sandbox has of its own.",
               "The policy shows %s, which no list can show.", path);
}

static void leave_out(const struct files_request *files, uint32_t at, enum path_state state, struct paths *paths) {
  paths->states[at] = (uint8_t)state;
  if (files->strict)
    setup_fail("sandbox_path_refused", refusals[state].hint, "The policy shows %s, which %s on this machine.",
               files->paths[at].path, refusals[state].what);
}

/*
 * Who owns what a policy shows for reading is nobody's business inside: an id map that knows no owner leaves what
 * everyone may read, and the kernel lets nobody write to what has no owner, so no socket in the folder can be used.
 * A launcher without privileges has no id maps; see `has_layer`.
 */
static int nobody(unsigned seen) {
  enum { OWNER_OF_NOTHING = 0xfffffffe };
  static int space = -1;
  if (space < 0) {
    struct identity_table table = identity_table_open();
    space = identity_table_write(&table, OWNER_OF_NOTHING, OWNER_OF_NOTHING, seen);
  }
  return space;
}

/* Of what is written into a private copy the owner is the sandbox, as in the task folder. */
static int owner(const struct stat *status, unsigned seen) {
  struct identity_table table = identity_table_open();
  return identity_table_write(&table, status->st_uid, status->st_gid, seen);
}

static int seal(int tree, const struct stat *status, bool writes, unsigned seen) {
  struct kernel_mount_attributes change = {.set = READ_ONLY | ATTRIBUTE_NO_SETUID | ATTRIBUTE_NO_DEVICES};
#ifndef CLAWHOLD_TEST_WITHOUT_OWNERLESS_PATHS
  bool maps = identity_privileged();
#else
  bool maps = identity_privileged() && writes;
#endif
  if (maps) {
    change.set |= ATTRIBUTE_ID_MAP;
    change.user_namespace = (uint64_t)(writes ? owner(status, seen) : nobody(seen));
  }
  return kernel_mount_setattr(tree, 0, &change);
}

static bool is_kind(const struct stat *status, bool writes) {
  return S_ISDIR(status->st_mode) || (S_ISREG(status->st_mode) && !writes);
}

static void take(const struct start_request *request, uint32_t at, struct paths *paths) {
  const struct files_request *files = &request->files;
  const struct path_request *wish = &files->paths[at];
  check_place(wish->path);
  int found = kernel_openat2(AT_FDCWD, wish->path, O_PATH | O_CLOEXEC, RESOLVE_WITHOUT_SYMLINKS | RESOLVE_WITHOUT_MAGIC_LINKS);
  if (found < 0) return leave_out(files, at, errno == ELOOP ? PATH_BEHIND_LINK : PATH_MISSING, paths);
  struct stat status;
  setup_need(fstat(found, &status), "look at a path of its policy");
  if (guarded_meets(request, wish->path, &status))
    setup_fail("sandbox_path_forbidden", "Name folders that neither hold the platform nor lie in it.",
               "The policy shows %s, and files of the platform itself lie there.", wish->path);
  enum path_state state = S_ISLNK(status.st_mode) ? PATH_BEHIND_LINK
                          : is_kind(&status, wish->writes) ? PATH_SHOWN : PATH_NO_FILES;
  int tree = state == PATH_SHOWN ? kernel_open_tree(found, "", TREE_CLONE | TREE_EMPTY_PATH) : -1;
  close(found);
  if (state != PATH_SHOWN) return leave_out(files, at, state, paths);
  if (tree >= 0 && !seal(tree, &status, wish->writes, request->host_id)) return mounts_add(&paths->mounts, tree, wish->path);
  if (tree >= 0) close(tree);
  leave_out(files, at, PATH_REFUSED, paths);
}

void paths_take(const struct start_request *request, struct paths *paths) {
  for (uint32_t i = 0; i < request->files.path_count; i++) {
    if (request->files.paths[i].writes) check_system(request->files.paths[i].path);
    if (mounts_of_system(request->files.paths[i].path)) paths->states[i] = PATH_OF_SYSTEM;
    else take(request, i, paths);
  }
}

void paths_receive(const struct files_request *files, const int *trees, struct paths *paths) {
  for (uint32_t i = 0; i < files->path_count; i++)
    if (paths->states[i] == PATH_SHOWN) mounts_add(&paths->mounts, *trees++, files->paths[i].path);
}

bool paths_cover(const struct files_request *files, const char *path) {
  for (uint32_t i = 0; i < files->path_count; i++)
    if (within(path, files->paths[i].path)) return true;
  return false;
}

void paths_narrow(const struct files_request *files, const struct mounts *system) {
#ifdef CLAWHOLD_TEST_WITHOUT_NARROWING
  return;
#endif
  for (unsigned i = 0; files->listed && i < system->count; i++) {
    const char *target = system->list[i].target;
    if (within(target, "dev")) continue;
    /* A policy names /bin, /lib and the like by what they are on most systems: links into /usr. */
    char path[256];
    snprintf(path, sizeof path, "%s/%s", strchr(target, '/') || !strcmp(target, "usr") ? "" : "/usr", target);
    if (!paths_cover(files, path)) setup_need(umount2(target, MNT_DETACH | UMOUNT_NOFOLLOW), "let go of a system folder");
  }
}

/* An upper layer of a view that ends with the sandbox. */
static int make_layer(uint64_t size, int lower) {
  struct stat status;
  char text[32];
  snprintf(text, sizeof text, "%llu", (unsigned long long)size);
  int context = setup_need(kernel_fsopen("tmpfs"), "use tmpfs");
  setup_need(kernel_fsconfig(context, CONFIG_STRING, "size", text), "describe a private copy");
  setup_need(kernel_fsconfig(context, CONFIG_CREATE, NULL, NULL), "make a private copy");
  int layer = setup_need(kernel_fsmount(context, ATTRIBUTE_NO_SETUID | ATTRIBUTE_NO_DEVICES), "mount a private copy");
  close(context);
  setup_need(fstat(lower, &status), "look at a folder of its policy");
  setup_need(mkdirat(layer, "upper", 0700), "make a private copy");
  setup_need(fchmodat(layer, "upper", status.st_mode & 0777, 0), "make a private copy");
  setup_need(mkdirat(layer, "work", 0700), "make a private copy");
  return layer;
}

/*
 * A socket that is seen through an overlay is another one than the machine's, and nobody listens there. So whatever
 * could let a sandbox write to a socket is shown through one: private copies, and folders whose owner it may be.
 */
static bool has_layer(const struct path_request *wish, const struct mount *mount) {
  return wish->writes || (mount->folder && !identity_privileged());
}

/* What was found on the machine may have changed since: no link leads the mount elsewhere. */
static int open_place(const char *target) {
  return setup_need(kernel_openat2(AT_FDCWD, target, O_PATH | O_CLOEXEC, RESOLVE_BELOW | RESOLVE_WITHOUT_SYMLINKS),
                    "find the place of a path of its policy");
}

void paths_place(const struct start_request *request, const struct paths *paths) {
  const struct files_request *files = &request->files;
  const struct mount *mount = paths->mounts.list;
  for (uint32_t i = 0; i < files->path_count; i++) {
    if (paths->states[i] != PATH_SHOWN) continue;
    int target = open_place(mount->target);
    if (has_layer(&files->paths[i], mount)) {
      uint64_t attributes = files->paths[i].writes ? 0 : READ_ONLY;
      struct overlay copy = {.lower = mount->tree, .view = make_layer(request->limits.temporary, mount->tree)};
      overlay_place(&copy, "", target, attributes);
    } else {
      setup_need(kernel_move_mount_onto(mount->tree, target), "place a path of its policy");
      close(mount->tree), close(target);
    }
    mount++;
  }
}

void paths_write_report(const struct files_request *files, const struct paths *paths, struct buffer *message) {
  write_u32(message, files->path_count);
  for (uint32_t i = 0; i < files->path_count; i++) {
    const char *path = files->paths[i].path;
    struct statvfs status;
    bool found = paths->states[i] <= PATH_OF_SYSTEM && !statvfs(path, &status);
    write_text(message, path);
    write_u8(message, found || paths->states[i] > PATH_OF_SYSTEM ? paths->states[i] : PATH_MISSING);
    write_u8(message, found && !(status.f_flag & ST_RDONLY));
  }
}
