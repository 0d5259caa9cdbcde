#define _GNU_SOURCE
#include "layers/mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel.h"
#include "setup.h"

/* Folders of the host that every sandbox sees, read-only. Small files of /etc are copied instead: see root.c. */
static const char *const system_folders[] = {
    "/usr",          "/etc/alternatives", "/etc/ssl/certs",          "/etc/ca-certificates", "/etc/pki",
    "/etc/perl",     "/etc/python3",      "/etc/ld.so.conf.d",       "/etc/crypto-policies", "/etc/chromium.d",
};

/* On a system whose /bin is a folder of its own instead of a link into /usr. */
static const char *const unmerged_folders[] = {"/bin", "/sbin", "/lib", "/lib64"};

static const char *const devices[] = {"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"};

static const uint64_t safe = ATTRIBUTE_READ_ONLY | ATTRIBUTE_NO_SETUID | ATTRIBUTE_NO_DEVICES;

int mounts_clone(const char *path, unsigned recursive, uint64_t attributes) {
  int tree = kernel_open_tree(AT_FDCWD, path, TREE_CLONE | recursive);
  if (tree < 0) return -1;
  struct kernel_mount_attributes change = {.set = attributes};
  setup_need(kernel_mount_setattr(tree, recursive, &change), "make a folder of the host read-only");
  return tree;
}

void mounts_add(struct mounts *mounts, int tree, const char *target) {
  struct stat status;
  setup_need(fstat(tree, &status), "look at a folder of the host");
  if (mounts->count == MOST_MOUNTS) {
    errno = E2BIG;
    setup_need(-1, "hold that many mounts");
  }
  mounts->list[mounts->count++] =
      (struct mount){.tree = tree, .folder = S_ISDIR(status.st_mode), .target = target + 1};
}

static void take(struct mounts *mounts, const char *path, const char *target, uint64_t attributes) {
  int tree = mounts_clone(path, TREE_RECURSIVE, attributes);
  if (tree >= 0) mounts_add(mounts, tree, target);
}

void mounts_take_system(struct mounts *mounts) {
  struct stat status;
  for (size_t i = 0; i < sizeof system_folders / sizeof *system_folders; i++)
    take(mounts, system_folders[i], system_folders[i], safe);
  for (size_t i = 0; i < sizeof unmerged_folders / sizeof *unmerged_folders; i++)
    if (!lstat(unmerged_folders[i], &status) && S_ISDIR(status.st_mode))
      take(mounts, unmerged_folders[i], unmerged_folders[i], safe);
  for (size_t i = 0; i < sizeof devices / sizeof *devices; i++)
    take(mounts, devices[i], devices[i], ATTRIBUTE_NO_SETUID | ATTRIBUTE_NO_EXECUTE);
}

bool mounts_of_system(const char *path) {
  for (size_t i = 0; i < sizeof system_folders / sizeof *system_folders; i++)
    if (!strcmp(system_folders[i], path)) return true;
  return false;
}

static int clone_given(const char *source) {
  int tree = mounts_clone(source, TREE_RECURSIVE, safe);
  if (tree < 0)
    setup_fail("sandbox_source_unreadable", "Check that the path exists and that the launcher's account may read it.",
               "The sandbox could not open %s: %m.", source);
  return tree;
}

static void check_target(const char *target) {
  if (strncmp(target, "/opt/", 5) || strstr(target, "/../") || !strncmp(target, "/opt/node/", 10))
    setup_fail("sandbox_target_refused", "Choose a target below /opt, for example /opt/clawhold.",
               "A read-only folder cannot appear at %s.", target);
}

void mounts_receive_given(const struct start_request *request, const int *trees, struct mounts *mounts) {
  mounts_add(mounts, trees[0], "/opt/node");
  if (!mounts->list[mounts->count - 1].folder) mounts->list[mounts->count - 1].target = "opt/node/bin/node";
  for (uint32_t i = 0; i < request->read_only_count; i++) mounts_add(mounts, trees[i + 1], request->read_only[i].target);
}

void mounts_take_given(const struct start_request *request, struct mounts *mounts) {
  int trees[1 + MOST_READ_ONLY];
  if (access(request->node, F_OK))
    setup_fail("sandbox_source_unreadable", "Install the Node runtime again with `npm ci`.",
               "The Node runtime %s is missing: %m.", request->node);
  trees[0] = clone_given(request->node);
  for (uint32_t i = 0; i < request->read_only_count; i++) {
    check_target(request->read_only[i].target);
    trees[i + 1] = clone_given(request->read_only[i].source);
  }
  mounts_receive_given(request, trees, mounts);
}

void mounts_place(const struct mounts *mounts) {
  for (unsigned i = 0; i < mounts->count; i++) {
    setup_need(kernel_move_mount(mounts->list[i].tree, AT_FDCWD, mounts->list[i].target), "place a folder of the host");
    close(mounts->list[i].tree);
  }
}
