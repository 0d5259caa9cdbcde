#define _GNU_SOURCE
#include "layers/cgroup.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "text_file.h"

static bool enter(unsigned tree, unsigned serial, pid_t process) {
  char path[CGROUP_PATH], number[16];
  if (!cgroup_has_tree(tree)) return false;
  cgroup_path(tree, serial, "", path);
  /* The name holds the launcher's pid: what exists under it belongs to a launcher that had this pid before. */
  if (mkdir(path, 0755) && errno != EEXIST) return false;
  cgroup_path(tree, serial, "/cgroup.procs", path);
  snprintf(number, sizeof number, "%d", (int)process);
  return text_file_write(path, number);
}

void cgroup_enter(struct cgroup *group, unsigned serial, pid_t process) {
  *group = (struct cgroup){.serial = serial};
  bool unified = enter(CGROUP_UNIFIED, serial, process);
  for (unsigned i = 0; i < CGROUP_CONTROLLERS; i++)
    group->holds[i] = cgroup_is_unified(i) ? unified : enter(i, serial, process);
}

static bool path_of(const struct cgroup *group, enum cgroup_controller controller, const char *version_1,
                    const char *version_2, char *path) {
  bool unified = cgroup_is_unified(controller);
  cgroup_path(unified ? CGROUP_UNIFIED : controller, group->serial, unified ? version_2 : version_1, path);
  return group->holds[controller];
}

bool cgroup_read(const struct cgroup *group, enum cgroup_controller controller, const char *version_1,
                 const char *version_2, char *text, size_t size) {
  char path[CGROUP_PATH];
  return path_of(group, controller, version_1, version_2, path) && text_file_read(path, text, size);
}

bool cgroup_write(const struct cgroup *group, enum cgroup_controller controller, const char *version_1,
                  const char *version_2, const char *text) {
  char path[CGROUP_PATH];
  return path_of(group, controller, version_1, version_2, path) && text_file_write(path, text);
}

bool cgroup_freeze(const struct cgroup *group, bool frozen) {
  const char *order = cgroup_is_unified(CGROUP_FREEZER) ? (frozen ? "1" : "0") : (frozen ? "FROZEN" : "THAWED");
  return cgroup_write(group, CGROUP_FREEZER, "/freezer.state", "/cgroup.freeze", order);
}

bool cgroup_frozen(const struct cgroup *group) {
  char text[128];
  if (!cgroup_read(group, CGROUP_FREEZER, "/freezer.state", "/cgroup.events", text, sizeof text)) return false;
  return cgroup_is_unified(CGROUP_FREEZER) ? strstr(text, "frozen 1") != NULL : !strncmp(text, "FROZEN", 6);
}

bool cgroup_remove(const struct cgroup *group) {
  bool removed = true;
  for (unsigned tree = 0; tree < CGROUP_TREES; tree++) {
    char path[CGROUP_PATH];
    if (!cgroup_has_tree(tree)) continue;
    cgroup_path(tree, group->serial, "", path);
    if (rmdir(path) && errno != ENOENT) removed = false;
  }
  return removed;
}

uint64_t cgroup_memory(const struct cgroup *group) {
  char text[64];
  bool read = cgroup_read(group, CGROUP_MEMORY, "/memory.usage_in_bytes", "/memory.current", text, sizeof text);
  return read ? strtoull(text, NULL, 10) : 0;
}

uint64_t cgroup_processes(const struct cgroup *group) {
  char text[64];
  return cgroup_read(group, CGROUP_PROCESSES, "/pids.current", "/pids.current", text, sizeof text) ? strtoull(text, NULL, 10) : 0;
}
