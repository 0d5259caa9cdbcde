#define _GNU_SOURCE
#include "root.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kernel.h"
#include "overlay.h"
#include "process_view.h"
#include "setup.h"

/* Small public files of /etc that programs need to start, resolve names, read clocks and know their system. */
static const char *const copied_files[] = {
    "etc/ld.so.cache",   "etc/ld.so.conf",  "etc/localtime",   "etc/timezone", "etc/mime.types",
    "etc/protocols",     "etc/services",    "etc/inputrc",     "etc/magic",    "etc/debian_version",
    "etc/ssl/openssl.cnf", "etc/os-release", "etc/ca-certificates.conf", "etc/gai.conf",
};

static const struct {
  const char *path, *content;
} written_files[] = {
    {"etc/passwd", "agent:x:1000:1000:agent:/tmp/home:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n"},
    {"etc/group", "agent:x:1000:\nnogroup:x:65534:\n"},
    {"etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\nservices: files\nprotocols: files\n"},
    {"etc/resolv.conf", "nameserver 127.0.0.1\noptions timeout:2 attempts:1\n"},
    {"etc/hostname", "clawhold\n"},
};

static const char *const folders[] = {"etc", "etc/ssl", "opt", "dev", "dev/shm", "proc", "tmp", "run", "var", "home"};

static const struct {
  const char *path, *target;
} links[] = {
    {"bin", "usr/bin"},         {"sbin", "usr/sbin"},          {"lib", "usr/lib"},
    {"lib64", "usr/lib64"},     {"lib32", "usr/lib32"},        {"libx32", "usr/libx32"},
    {"var/tmp", "/tmp"},        {"dev/fd", "/proc/self/fd"},   {"dev/stdin", "/proc/self/fd/0"},
    {"dev/stdout", "/proc/self/fd/1"}, {"dev/stderr", "/proc/self/fd/2"},
};

static void write_file(const char *path, const void *content, size_t length) {
  int file = setup_need(open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444), "write a file of its root");
  if (write(file, content, length) != (ssize_t)length) setup_need(-1, "write a file of its root");
  close(file);
}

static void copy_file(const char *path) {
  char host_path[64], content[256 * 1024];
  snprintf(host_path, sizeof host_path, "/%s", path);
  int file = open(host_path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return;
  ssize_t length = read(file, content, sizeof content);
  close(file);
  /* A larger one is left out rather than cut: half a file misleads. */
  if (length > 0 && length < (ssize_t)sizeof content) write_file(path, content, (size_t)length);
}

static void make_parents(const char *path) {
  char parent[4096];
  snprintf(parent, sizeof parent, "%s", path);
  for (char *slash = strchr(parent, '/'); slash; slash = strchr(slash + 1, '/')) {
    *slash = 0;
    if (mkdir(parent, 0755) && errno != EEXIST) setup_need(-1, "make a folder of its root");
    *slash = '/';
  }
}

static void place(const struct mount *mount) {
  make_parents(mount->target);
  if (mount->folder) {
    if (mkdir(mount->target, 0755) && errno != EEXIST) setup_need(-1, "make a folder of its root");
  } else {
    write_file(mount->target, "", 0);
  }
  setup_need(kernel_move_mount(mount->tree, AT_FDCWD, mount->target), "place a folder of the host");
  close(mount->tree);
}

static void fill(const struct start_request *request, const struct mounts *mounts) {
  for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
    setup_need(mkdir(folders[i], 0755), "make a folder of its root");
  for (unsigned i = 0; i < mounts->count; i++) place(&mounts->list[i]);
  for (size_t i = 0; i < sizeof links / sizeof *links; i++)
    if (symlink(links[i].target, links[i].path) && errno != EEXIST) setup_need(-1, "make a link of its root");
  for (size_t i = 0; i < sizeof written_files / sizeof *written_files; i++)
    write_file(written_files[i].path, written_files[i].content, strlen(written_files[i].content));
  write_file("etc/hosts", request->hosts, strlen(request->hosts));
  for (size_t i = 0; i < sizeof copied_files / sizeof *copied_files; i++) copy_file(copied_files[i]);
}

static void mount_temporary(const char *target, uint64_t size) {
  char options[64];
  snprintf(options, sizeof options, "mode=1777,size=%llu", (unsigned long long)size);
  setup_need(mount("tmpfs", target, "tmpfs", MS_NOSUID | MS_NODEV, options), "mount a folder for temporary files");
}

void root_build(const struct start_request *request, const struct mounts *mounts) {
  umask(022);
  setup_need(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), "keep its mounts to itself");
  /* The host's /tmp only serves as the place of the new root, in this mount namespace. */
  setup_need(mount("tmpfs", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=16m"), "mount its root");
  setup_need(chdir("/tmp"), "enter its root");
  fill(request, mounts);
  setup_layer("root");

  overlay_place(mounts);
  setup_layer("view");

  mount_temporary("tmp", request->limits.temporary);
  mount_temporary("dev/shm", request->limits.temporary);
  setup_need(mkdir("tmp/home", 0700), "make its home");
  process_view_place();

  setup_need(mount(NULL, ".", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV, NULL), "seal its root");
#ifndef CLAWHOLD_TEST_WITHOUT_ROOT
  setup_need((int)syscall(SYS_pivot_root, ".", "."), "change its root");
  setup_need(umount2(".", MNT_DETACH), "let go of the host's files");
#endif
  setup_need(chdir("/"), "enter its root");
  setup_layer("temporary and proc");
}
