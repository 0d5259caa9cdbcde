#define _GNU_SOURCE
#include "layers/root.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kernel.h"
#include "process_view.h"
#include "setup.h"

void root_attach(int skeleton, const struct mounts *system) {
  setup_need(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), "keep its mounts to itself");
  /*
   * The host's /proc only serves as the place of the new root, in this mount namespace: of all folders it is the one
   * below which nothing lies that will be given to a sandbox.
   */
  setup_need(kernel_move_mount(skeleton, AT_FDCWD, "/proc"), "place its root");
  setup_need(fchdir(skeleton), "enter its root");
  close(skeleton);
  mounts_place(system);
  process_view_place();
}

static void mount_temporary(const char *target, uint64_t size) {
  char options[64];
  snprintf(options, sizeof options, "mode=1777,size=%llu", (unsigned long long)size);
  setup_need(mount("tmpfs", target, "tmpfs", MS_NOSUID | MS_NODEV, options), "mount a folder for temporary files");
}

void root_add_temporary(const struct start_request *request) {
  if (request->files.shared_memory) mount_temporary("dev/shm", request->limits.temporary);
  if (!request->files.temporary) return;
  mount_temporary("tmp", request->limits.temporary);
  setup_need(mkdir("tmp/home", 0700), "make its home");
}

void root_enter(void) {
  setup_need(mount(NULL, ".", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV, NULL), "seal its root");
#ifndef CLAWHOLD_TEST_WITHOUT_ROOT
  setup_need((int)syscall(SYS_pivot_root, ".", "."), "change its root");
  setup_need(umount2(".", MNT_DETACH), "let go of the host's files");
#endif
  setup_need(chdir("/"), "enter its root");
}
