/*
 * Where the control groups of this launcher lie. Version 1 has one tree per controller, version 2 one for all; mixtures are
 * met in practice. In each tree there is one group of the launcher, with one for each sandbox in it:
 *
 *   <the launcher's own place>/clawhold-<its pid>/<serial of the sandbox>
 *
 * The sandboxes share what their parent gets, so all of them together weigh as much as one program beside the parent.
 */
#ifndef CLAWHOLD_CGROUP_TREES_H
#define CLAWHOLD_CGROUP_TREES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum cgroup_controller {
  CGROUP_FREEZER,
  CGROUP_MEMORY,
  CGROUP_PROCESSES,
  CGROUP_PROCESSORS,
  CGROUP_DISKS,
  CGROUP_CONTROLLERS,
};

/* The tree of version 2; every other one bears the number of its controller. */
enum { CGROUP_UNIFIED = CGROUP_CONTROLLERS, CGROUP_TREES };

/* Learns which trees there are, and removes what an earlier launcher that was killed left behind. Call once. */
void cgroup_find_trees(void);

/* Removes the launcher's own groups, which no sandbox is in any more. */
void cgroup_leave_trees(void);

bool cgroup_has_tree(unsigned tree);

/* Whether version 2 has this controller for groups of ours. */
bool cgroup_is_unified(enum cgroup_controller controller);

/* The path of a file of a sandbox's group, "" for its folder; `path` has CGROUP_PATH bytes. */
enum { CGROUP_PATH = 512 };
void cgroup_path(unsigned tree, unsigned serial, const char *file, char *path);

/* "v2", "v1", "mixed" or "none". */
const char *cgroup_layout(void);

#endif
