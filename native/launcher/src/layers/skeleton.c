#define _GNU_SOURCE
#include "layers/skeleton.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel.h"
#include "setup.h"

/* Small public files of /etc that programs need to start, resolve names, read clocks and know their system. */
static const char *const copied_files[] = {
    "/etc/ld.so.cache",    "/etc/ld.so.conf", "/etc/localtime", "/etc/timezone",
    "/etc/mime.types",     "/etc/protocols",  "/etc/services",  "/etc/inputrc",
    "/etc/magic",          "/etc/gai.conf",   "/etc/os-release", "/etc/debian_version",
    "/etc/ssl/openssl.cnf", "/etc/ca-certificates.conf",
};

static const struct {
  const char *path, *content;
} written_files[] = {
    {"etc/passwd", "agent:x:1000:1000:agent:/tmp/home:/bin/sh\nsandbox:x:1000:1000:agent:/tmp/home:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n"},
    {"etc/group", "agent:x:1000:\nsandbox:x:1000:\nnogroup:x:65534:\n"},
    {"etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\nservices: files\nprotocols: files\n"},
    {"etc/resolv.conf", "nameserver 127.0.0.1\noptions timeout:2 attempts:1\n"},
    {"etc/hostname", "clawhold\n"},
};

static const char *const folders[] = {
    "etc", "etc/ssl", "opt", "dev", "dev/shm", "proc", "tmp", "run", "var", "home", "task",
};

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
  char content[256 * 1024];
  int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return;
  ssize_t length = read(file, content, sizeof content);
  close(file);
  /* A larger one is left out rather than cut: half a file misleads. */
  if (length > 0 && length < (ssize_t)sizeof content) write_file(path + 1, content, (size_t)length);
}

static void make_folder(const char *path) {
  if (mkdir(path, 0755) && errno != EEXIST) setup_need(-1, "make a folder of its root");
}

static void make_parents(const char *path) {
  char parent[4096];
  snprintf(parent, sizeof parent, "%s", path);
  for (char *slash = strchr(parent, '/'); slash; slash = strchr(slash + 1, '/')) {
    *slash = 0;
    make_folder(parent);
    *slash = '/';
  }
}

void skeleton_make_room(const struct mounts *mounts) {
  for (unsigned i = 0; i < mounts->count; i++) {
    const struct mount *mount = &mounts->list[i];
    make_parents(mount->target);
    if (mount->folder) make_folder(mount->target);
    else if (faccessat(AT_FDCWD, mount->target, F_OK, AT_SYMLINK_NOFOLLOW)) write_file(mount->target, "", 0);
  }
}

void skeleton_write_hosts(const char *hosts) { write_file("etc/hosts", hosts, strlen(hosts)); }

static int make_file_system(void) {
  int context = setup_need(kernel_fsopen("tmpfs"), "use tmpfs");
  setup_need(kernel_fsconfig(context, CONFIG_STRING, "mode", "0755"), "describe its root");
  setup_need(kernel_fsconfig(context, CONFIG_STRING, "size", "16m"), "describe its root");
  setup_need(kernel_fsconfig(context, CONFIG_CREATE, NULL, NULL), "make its root");
  int root = setup_need(kernel_fsmount(context, ATTRIBUTE_NO_SETUID | ATTRIBUTE_NO_DEVICES), "mount its root");
  close(context);
  return root;
}

int skeleton_make(const struct mounts *system) {
  umask(022);
  int root = make_file_system();
  setup_need(fchdir(root), "enter its root");
  for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) make_folder(folders[i]);
  for (size_t i = 0; i < sizeof written_files / sizeof *written_files; i++)
    write_file(written_files[i].path, written_files[i].content, strlen(written_files[i].content));
  for (size_t i = 0; i < sizeof copied_files / sizeof *copied_files; i++) copy_file(copied_files[i]);
  skeleton_make_room(system);
  /* On an unmerged system some of these are folders of the system instead. */
  for (size_t i = 0; i < sizeof links / sizeof *links; i++)
    if (symlink(links[i].target, links[i].path) && errno != EEXIST) setup_need(-1, "make a link of its root");
  return root;
}

/* FNV-1a over what a change of a file cannot leave alone. */
uint64_t skeleton_signature(void) {
  uint64_t signature = UINT64_C(14695981039346656037);
  for (size_t i = 0; i < sizeof copied_files / sizeof *copied_files; i++) {
    struct stat status = {0};
    if (stat(copied_files[i], &status)) status.st_ino = 0;
    const uint64_t facts[] = {status.st_dev, status.st_ino, (uint64_t)status.st_size, (uint64_t)status.st_ctim.tv_sec,
                              (uint64_t)status.st_ctim.tv_nsec};
    for (size_t fact = 0; fact < sizeof facts / sizeof *facts; fact++)
      signature = (signature ^ facts[fact]) * UINT64_C(1099511628211);
  }
  return signature;
}
