#define _GNU_SOURCE
#include "layers/identity.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kernel.h"
#include "request.h"
#include "setup.h"

/* In a user namespace of its own (a container without root, say) uid 0 is a plain user that has no ids to give. */
static bool has_every_id(void) {
  unsigned inside, outside, count = 0;
  FILE *map = fopen("/proc/self/uid_map", "re");
  if (!map) return false;
  if (fscanf(map, "%u %u %u", &inside, &outside, &count) != 3) count = 0;
  fclose(map);
  return count == UINT32_MAX;
}

bool identity_privileged(void) {
  static int known = -1;
  if (known < 0) known = geteuid() == 0 && has_every_id();
  return known;
}

static int open_of(pid_t process, const char *name, int flags) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/%s", (int)process, name);
  return setup_need(open(path, flags | O_CLOEXEC), "open its id map");
}

static void write_line(int file, const char *line) {
  setup_need((int)write(file, line, strlen(line)), "get its id map");
  close(file);
}

static void write_map(int file, unsigned left, unsigned right) {
  char line[64];
  snprintf(line, sizeof line, "%u %u 1", left, right);
  write_line(file, line);
}

struct identity_map identity_map_open(pid_t process) {
  /* Without "deny" an unprivileged gid map is refused: it would let a process leave a group that only takes away. */
  write_line(open_of(process, "setgroups", O_WRONLY), "deny");
  return (struct identity_map){open_of(process, "uid_map", O_WRONLY), open_of(process, "gid_map", O_WRONLY)};
}

void identity_map_write(const struct identity_map *map, unsigned inside, unsigned outside_user, unsigned outside_group) {
  write_map(map->user, inside, outside_user);
  write_map(map->group, inside, outside_group);
}

struct identity_table identity_table_open(void) {
  /* A child of the launcher, which reaps it: the starter has no time to wait for its end. */
  struct kernel_clone_arguments arguments = {.flags = NAMESPACE_USER | CLONE_WITH_SAME_PARENT};
  int life[2];
  setup_need(pipe2(life, O_CLOEXEC), "make a pipe");
  pid_t holder = kernel_clone3(&arguments);
  if (holder < 0) identity_refused();
  if (!holder) {
    /* Nobody writes to the pipe: it closes when the starter is done with the table, or has died. */
    char byte;
    kernel_close_range(0, (unsigned)life[0] - 1);
    kernel_close_range((unsigned)life[0] + 1, ~0u);
    _exit(read(life[0], &byte, 1) != 0);
  }
  close(life[0]);
  return (struct identity_table){
      .map = {open_of(holder, "uid_map", O_WRONLY), open_of(holder, "gid_map", O_WRONLY)},
      .space = open_of(holder, "ns/user", O_RDONLY),
      .life = life[1],
  };
}

int identity_table_write(const struct identity_table *table, unsigned disk_user, unsigned disk_group, unsigned seen) {
  write_map(table->map.user, disk_user, seen);
  write_map(table->map.group, disk_group, seen);
  close(table->life);
  return table->space;
}

void identity_assume(void) {
  /* Host uid 0 is not mapped, so this change of uid keeps the capabilities that the rest of the set-up needs. */
  setup_need(setresgid(INSIDE_ID, INSIDE_ID, INSIDE_ID), "become its own group");
  setup_need(setresuid(INSIDE_ID, INSIDE_ID, INSIDE_ID), "become its own user");
}

static long switch_value(const char *path) {
  char text[32] = "";
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return -1;
  ssize_t length = read(file, text, sizeof text - 1);
  close(file);
  return length > 0 ? strtol(text, NULL, 10) : -1;
}

const char *identity_advice(void) {
  if (switch_value("/proc/sys/user/max_user_namespaces") == 0)
    return "Allow them with `sudo sysctl -w user.max_user_namespaces=15000`.";
  if (switch_value("/proc/sys/kernel/unprivileged_userns_clone") == 0)
    return "Allow them with `sudo sysctl -w kernel.unprivileged_userns_clone=1`.";
  if (switch_value("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == 1)
    return "Allow them with `sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0`, "
           "or install an AppArmor profile that grants `userns` to the launcher.";
  return "Something else forbids them, often the seccomp profile of a container: start that container with "
         "permission to create user namespaces.";
}

void identity_refused(void) {
  setup_fail("sandbox_namespaces_forbidden", identity_advice(), "This kernel does not allow user namespaces: %m.");
}
