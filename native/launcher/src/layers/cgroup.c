#define _GNU_SOURCE
#include "layers/cgroup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "first.h"
#include "text_file.h"

enum { UNIFIED, FREEZER, MEMORY, PROCESSES, TREES };

enum { LONGEST_TREE = 352, PATH = 512 };

/* The folder of each tree below which our groups are made; empty when there is none or we may not write it. */
static char trees[TREES][LONGEST_TREE];
static bool unified_memory, unified_processes;
static pid_t launcher; /* starters make groups too, in the launcher's name */

static const char *const version_1_names[TREES] = {"", "freezer", "memory", "pids"};

/* The line of /proc/self/cgroup that names `controller` ("" for version 2) gives our own place in that tree. */
static bool own_place(const char *controller, char *place, size_t size) {
  FILE *file = fopen("/proc/self/cgroup", "re");
  char line[PATH];
  bool found = false;
  while (file && !found && fgets(line, sizeof line, file)) {
    char *controllers = strchr(line, ':'), *path = controllers ? strchr(controllers + 1, ':') : NULL;
    if (!path) continue;
    *path++ = 0;
    path[strcspn(path, "\n")] = 0;
    found = !strcmp(controllers + 1, controller);
    if (found) snprintf(place, size, "%s", strcmp(path, "/") ? path : "");
  }
  if (file) fclose(file);
  return found;
}

static void cgroup_path(unsigned tree, unsigned serial, const char *file, char *path) {
  snprintf(path, PATH, "%.351s/clawhold-%d-%u%.64s", trees[tree], (int)launcher, serial, file);
}

static void remove_left_behind(const char *tree) {
  DIR *folder = opendir(tree);
  for (struct dirent *entry; folder && (entry = readdir(folder));) {
    int owner;
    if (sscanf(entry->d_name, "clawhold-%d-", &owner) != 1 || (!kill(owner, 0) || errno != ESRCH)) continue;
    unlinkat(dirfd(folder), entry->d_name, AT_REMOVEDIR);
  }
  if (folder) closedir(folder);
}

static void find_tree(unsigned tree, const char *mount) {
  char place[200];
  if (!own_place(version_1_names[tree], place, sizeof place)) return;
  snprintf(trees[tree], sizeof trees[tree], "%s%s", mount, place);
  if (access(trees[tree], W_OK)) trees[tree][0] = 0;
  else remove_left_behind(trees[tree]);
}

void cgroup_find_trees(void) {
  struct stat status;
  char path[PATH], controllers[256];
  launcher = getpid();
  bool only_unified = !stat("/sys/fs/cgroup/cgroup.controllers", &status);
  find_tree(UNIFIED, only_unified ? "/sys/fs/cgroup" : "/sys/fs/cgroup/unified");
  for (unsigned tree = FREEZER; tree < TREES && !only_unified; tree++) {
    snprintf(path, sizeof path, "/sys/fs/cgroup/%s", version_1_names[tree]);
    find_tree(tree, path);
  }
  if (!trees[UNIFIED][0]) return;
  snprintf(path, sizeof path, "%s/cgroup.subtree_control", trees[UNIFIED]);
  /* Refused when our own group holds processes and is not the root: then version 2 freezes and ends, but limits nothing. */
  text_file_write(path, "+memory");
  text_file_write(path, "+pids");
  if (!text_file_read(path, controllers, sizeof controllers)) return;
  unified_memory = strstr(controllers, "memory") != NULL;
  unified_processes = strstr(controllers, "pids") != NULL;
}

static bool enter(unsigned tree, unsigned serial, pid_t process) {
  char path[PATH], number[16];
  if (!trees[tree][0]) return false;
  cgroup_path(tree, serial, "", path);
  /* The name holds the launcher's pid: what exists under it belongs to a launcher that had this pid before. */
  if (mkdir(path, 0755) && errno != EEXIST) return false;
  strcat(path, "/cgroup.procs");
  snprintf(number, sizeof number, "%d", (int)process);
  return text_file_write(path, number);
}

void cgroup_enter(struct cgroup *group, unsigned serial, pid_t process) {
  *group = (struct cgroup){.serial = serial};
  group->unified = enter(UNIFIED, serial, process);
  group->freezer = group->unified || enter(FREEZER, serial, process);
  group->memory = (group->unified && unified_memory) || enter(MEMORY, serial, process);
  group->processes = (group->unified && unified_processes) || enter(PROCESSES, serial, process);
}

static bool set(unsigned tree, unsigned serial, const char *file, uint64_t value) {
  char path[PATH], text[32];
  cgroup_path(tree, serial, file, path);
  snprintf(text, sizeof text, "%llu", (unsigned long long)value);
  return text_file_write(path, text);
}

void cgroup_limit(struct cgroup *group, const struct limits *limits) {
  unsigned serial = group->serial;
  if (group->unified && unified_memory) {
    group->memory = set(UNIFIED, serial, "/memory.max", limits->memory);
    set(UNIFIED, serial, "/memory.swap.max", 0);
  } else if (group->memory) {
    group->memory = set(MEMORY, serial, "/memory.limit_in_bytes", limits->memory);
    set(MEMORY, serial, "/memory.memsw.limit_in_bytes", limits->memory);
  }
  /* More than asked for: the launcher stays inside as pid 1. */
  if (group->processes)
    group->processes = set(group->unified && unified_processes ? UNIFIED : PROCESSES, serial, "/pids.max",
                           (uint64_t)limits->processes + FIRST_THREADS);
}

bool cgroup_freeze(const struct cgroup *group, bool frozen) {
  char path[PATH];
  cgroup_path(group->unified ? UNIFIED : FREEZER, group->serial,
             group->unified ? "/cgroup.freeze" : "/freezer.state", path);
  if (group->unified) return text_file_write(path, frozen ? "1" : "0");
  return text_file_write(path, frozen ? "FROZEN" : "THAWED");
}

bool cgroup_frozen(const struct cgroup *group) {
  char path[PATH], text[128];
  cgroup_path(group->unified ? UNIFIED : FREEZER, group->serial,
             group->unified ? "/cgroup.events" : "/freezer.state", path);
  return text_file_read(path, text, sizeof text) &&
         (group->unified ? strstr(text, "frozen 1") != NULL : !strncmp(text, "FROZEN", 6));
}

bool cgroup_remove(const struct cgroup *group) {
  bool removed = true;
  for (unsigned tree = 0; tree < TREES; tree++) {
    char path[PATH];
    if (!trees[tree][0]) continue;
    cgroup_path(tree, group->serial, "", path);
    if (rmdir(path) && errno != ENOENT) removed = false;
  }
  return removed;
}

static uint64_t count(unsigned tree, unsigned serial, const char *file) {
  char path[PATH], text[64];
  cgroup_path(tree, serial, file, path);
  return text_file_read(path, text, sizeof text) ? strtoull(text, NULL, 10) : 0;
}

uint64_t cgroup_memory(const struct cgroup *group) {
  if (!group->memory) return 0;
  return group->unified && unified_memory ? count(UNIFIED, group->serial, "/memory.current")
                                          : count(MEMORY, group->serial, "/memory.usage_in_bytes");
}

uint64_t cgroup_processes(const struct cgroup *group) {
  if (!group->processes) return 0;
  return count(group->unified && unified_processes ? UNIFIED : PROCESSES, group->serial, "/pids.current");
}

uint64_t cgroup_memory_limit(const struct cgroup *group) {
  if (!group->memory) return 0;
  return group->unified && unified_memory ? count(UNIFIED, group->serial, "/memory.max")
                                          : count(MEMORY, group->serial, "/memory.limit_in_bytes");
}

uint64_t cgroup_process_limit(const struct cgroup *group) {
  if (!group->processes) return 0;
  return count(group->unified && unified_processes ? UNIFIED : PROCESSES, group->serial, "/pids.max");
}

const char *cgroup_layout(void) {
  bool version_1 = trees[FREEZER][0] || trees[MEMORY][0] || trees[PROCESSES][0];
  if (trees[UNIFIED][0]) return version_1 ? "mixed" : "v2";
  return version_1 ? "v1" : "none";
}
