/* Attempts to reach files of the host, or to change what is read-only. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "self_test/self_test.h"
#include "within.h"

/* By identity, not by name: the sandbox has an /etc/passwd and perhaps a /tmp/task of its own. */
static bool secrets(const struct self_test *test) {
  for (unsigned i = 0; i < SECRETS; i++) {
    const struct secret_file *secret = &test->secrets[i];
    struct stat status;
    if (secret->inode && !stat(test->paths[i], &status) && status.st_dev == secret->device &&
        status.st_ino == secret->inode)
      return false;
  }
  return true;
}

static bool shadow(const struct self_test *test) {
  (void)test;
  return open("/etc/shadow", O_RDONLY | O_CLOEXEC) < 0;
}

static bool cannot_create(const char *path) {
  int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) return true;
  close(file);
  unlink(path);
  return false;
}

static bool can_open(const char *path) {
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file >= 0) close(file);
  return file >= 0;
}

static bool read_only_root(const struct self_test *test) {
  (void)test;
  return cannot_create("/clawhold-probe") && cannot_create("/etc/clawhold-probe") &&
         cannot_create("/usr/clawhold-probe") && cannot_create("/opt/clawhold-probe") && cannot_create("/dev/clawhold-probe");
}

/* Nothing is open but the three streams; the folder that we read the list from is the fourth. */
static bool descriptors(const struct self_test *test) {
  (void)test;
  DIR *folder = opendir("/proc/self/fd");
  if (!folder) return false;
  bool held = true;
  for (struct dirent *entry; (entry = readdir(folder));)
    if (entry->d_name[0] != '.' && atoi(entry->d_name) > 2 && atoi(entry->d_name) != dirfd(folder)) held = false;
  closedir(folder);
  return held;
}

static bool device_nodes(const struct self_test *test) {
  (void)test;
  const char *path = "/tmp/clawhold-probe";
  if (mknod(path, S_IFCHR | 0600, makedev(1, 1)) && mknod(path, S_IFBLK | 0600, makedev(8, 0))) return true;
  unlink(path);
  return false;
}

/* What the policy shows for reading cannot be written. */
static bool read_only_paths(const struct self_test *test) {
  const struct files_request *files = &test->request->files;
  if (files->task == TASK_READ && !cannot_create("/task/clawhold-probe")) return false;
  for (uint32_t i = 0; i < files->path_count; i++) {
    char inside[4200];
    const char *path = files->paths[i].path;
    if (files->paths[i].writes || test->paths_taken->states[i] > PATH_OF_SYSTEM) continue;
    snprintf(inside, sizeof inside, "%s/clawhold-probe", path);
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file >= 0 || !cannot_create(inside)) return false;
  }
  return true;
}

/* What was left out, and what the policy does not name of the system, cannot be opened. */
static bool other_paths(const struct self_test *test) {
  const struct files_request *files = &test->request->files;
  for (uint32_t i = 0; i < files->path_count; i++) {
    const char *path = files->paths[i].path;
    /* Of some files of /etc it has a copy of its own. */
    if (test->paths_taken->states[i] > PATH_OF_SYSTEM && !within(path, "/etc") && can_open(path)) return false;
  }
  static const char *const unnamed[] = {"/usr/bin/env", "/usr/lib/os-release", "/etc/ssl/certs/ca-certificates.crt"};
  for (size_t i = 0; files->listed && i < sizeof unnamed / sizeof *unnamed; i++)
    if (!paths_cover(files, unnamed[i]) && can_open(unnamed[i])) return false;
  return true;
}

const struct self_test_probe file_probes[] = {
    {"files.secrets", secrets, 0},
    {"files.shadow", shadow, 0},
    {"files.read-only-root", read_only_root, 0},
    {"files.read-only-paths", read_only_paths, 0},
    {"files.other-paths", other_paths, 0},
    {"files.descriptors", descriptors, 0},
    {"files.device-nodes", device_nodes, 0},
    {0},
};
