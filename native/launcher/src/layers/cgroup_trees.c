#define _GNU_SOURCE
#include "layers/cgroup_trees.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "text_file.h"

enum { LONGEST_TREE = 384 };

/* The launcher's group in each tree; empty when there is none or we may not write it. */
static char trees[CGROUP_TREES][LONGEST_TREE];
static bool unified_has[CGROUP_CONTROLLERS];

static const char *const version_1_names[CGROUP_CONTROLLERS] = {"freezer", "memory", "pids", "cpu", "blkio"};
/* Version 2 freezes without a controller. */
static const char *const version_2_names[CGROUP_CONTROLLERS] = {"", "memory", "pids", "cpu", "io"};

static bool is_among(const char *names, const char *wanted) {
  size_t length = strlen(wanted);
  for (const char *at = names; (at = strstr(at, wanted)); at += length)
    if ((at == names || strchr(", ", at[-1])) && strchr(", \n", at[length])) return true;
  return false;
}

/* The line of /proc/self/cgroup that names `controller` ("" for version 2) gives our own place in that tree. */
static bool own_place(const char *controller, char *place, size_t size) {
  FILE *file = fopen("/proc/self/cgroup", "re");
  char line[CGROUP_PATH];
  bool found = false;
  while (file && !found && fgets(line, sizeof line, file)) {
    char *controllers = strchr(line, ':'), *path = controllers ? strchr(controllers + 1, ':') : NULL;
    if (!path) continue;
    *path++ = 0;
    path[strcspn(path, "\n")] = 0;
    found = *controller ? is_among(controllers + 1, controller) : !controllers[1];
    if (found) snprintf(place, size, "%s", strcmp(path, "/") ? path : "");
  }
  if (file) fclose(file);
  return found;
}

/* The group of a launcher, with those of its sandboxes. */
static void remove_group(int tree, const char *name) {
  int group = openat(tree, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *folder = group < 0 ? NULL : fdopendir(group);
  for (struct dirent *entry; folder && (entry = readdir(folder));)
    if (entry->d_type == DT_DIR && entry->d_name[0] != '.') unlinkat(group, entry->d_name, AT_REMOVEDIR);
  if (folder) closedir(folder);
  unlinkat(tree, name, AT_REMOVEDIR);
}

static void remove_left_behind(const char *tree) {
  DIR *folder = opendir(tree);
  for (struct dirent *entry; folder && (entry = readdir(folder));) {
    int owner;
    if (sscanf(entry->d_name, "clawhold-%d", &owner) != 1 || (!kill(owner, 0) || errno != ESRCH)) continue;
    remove_group(dirfd(folder), entry->d_name);
  }
  if (folder) closedir(folder);
}

static void find_tree(unsigned tree, const char *controller, const char *mount) {
  char place[200], own[LONGEST_TREE - 32];
  if (!own_place(controller, place, sizeof place)) return;
  snprintf(own, sizeof own, "%.100s%s", mount, place);
  if (access(own, W_OK)) return;
  remove_left_behind(own);
  snprintf(trees[tree], sizeof trees[tree], "%s/clawhold-%d", own, (int)getpid());
  /* What exists under this name belongs to a launcher that had this pid before. */
  if (mkdir(trees[tree], 0755) && errno != EEXIST) trees[tree][0] = 0;
}

/* From a group to those in it. Refused where the group itself has processes and is not the root: then it holds nothing. */
static void pass_on(const char *group) {
  char path[CGROUP_PATH], order[16];
  snprintf(path, sizeof path, "%s/cgroup.subtree_control", group);
  for (unsigned i = CGROUP_MEMORY; i < CGROUP_CONTROLLERS; i++) {
    snprintf(order, sizeof order, "+%s", version_2_names[i]);
    text_file_write(path, order);
  }
}

static void find_unified_controllers(void) {
  char path[CGROUP_PATH], own[LONGEST_TREE], controllers[256];
  snprintf(own, sizeof own, "%s", trees[CGROUP_UNIFIED]);
  *strrchr(own, '/') = 0;
  pass_on(own);
  pass_on(trees[CGROUP_UNIFIED]);
  snprintf(path, sizeof path, "%s/cgroup.subtree_control", trees[CGROUP_UNIFIED]);
  if (!text_file_read(path, controllers, sizeof controllers)) return;
  for (unsigned i = CGROUP_MEMORY; i < CGROUP_CONTROLLERS; i++) unified_has[i] = is_among(controllers, version_2_names[i]);
}

void cgroup_find_trees(void) {
  struct stat status;
  char mount[64];
  bool only_unified = !stat("/sys/fs/cgroup/cgroup.controllers", &status);
  find_tree(CGROUP_UNIFIED, "", only_unified ? "/sys/fs/cgroup" : "/sys/fs/cgroup/unified");
  for (unsigned tree = 0; tree < CGROUP_CONTROLLERS && !only_unified; tree++) {
    snprintf(mount, sizeof mount, "/sys/fs/cgroup/%s", version_1_names[tree]);
    find_tree(tree, version_1_names[tree], mount);
  }
  unified_has[CGROUP_FREEZER] = trees[CGROUP_UNIFIED][0];
  if (trees[CGROUP_UNIFIED][0]) find_unified_controllers();
}

void cgroup_leave_trees(void) {
  for (unsigned tree = 0; tree < CGROUP_TREES; tree++)
    if (trees[tree][0]) rmdir(trees[tree]);
}

bool cgroup_has_tree(unsigned tree) { return trees[tree][0]; }

bool cgroup_is_unified(enum cgroup_controller controller) { return unified_has[controller]; }

void cgroup_path(unsigned tree, unsigned serial, const char *file, char *path) {
  snprintf(path, CGROUP_PATH, "%.383s/%u%.64s", trees[tree], serial, file);
}

const char *cgroup_layout(void) {
  bool version_1 = false;
  for (unsigned tree = 0; tree < CGROUP_CONTROLLERS; tree++) version_1 |= trees[tree][0] != 0;
  if (trees[CGROUP_UNIFIED][0]) return version_1 ? "mixed" : "v2";
  return version_1 ? "v1" : "none";
}
