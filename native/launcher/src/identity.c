#define _GNU_SOURCE
#include "identity.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
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

static void write_file(pid_t process, const char *name, const char *content) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/%s", (int)process, name);
  int file = setup_need(open(path, O_WRONLY | O_CLOEXEC), "open its id map");
  setup_need((int)write(file, content, strlen(content)), "get its id map");
  close(file);
}

void identity_map(pid_t process, unsigned inside, unsigned outside_user, unsigned outside_group) {
  char map[64];
  /* Without "deny" an unprivileged gid map is refused: it would let a process leave a group that only takes away. */
  write_file(process, "setgroups", "deny");
  snprintf(map, sizeof map, "%u %u 1", inside, outside_user);
  write_file(process, "uid_map", map);
  snprintf(map, sizeof map, "%u %u 1", inside, outside_group);
  write_file(process, "gid_map", map);
}

int identity_table(unsigned on_disk_user, unsigned on_disk_group, unsigned seen) {
  struct kernel_clone_arguments arguments = {.flags = NAMESPACE_USER, .exit_signal = SIGCHLD};
  pid_t parent = getpid(), holder = kernel_clone3(&arguments);
  if (holder < 0) identity_refused();
  if (!holder) {
    /* It must not outlive a starter that fails below. */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() == parent) pause();
    _exit(0);
  }
  char map[64], path[64];
  snprintf(map, sizeof map, "%u %u 1", on_disk_user, seen);
  write_file(holder, "uid_map", map);
  snprintf(map, sizeof map, "%u %u 1", on_disk_group, seen);
  write_file(holder, "gid_map", map);
  snprintf(path, sizeof path, "/proc/%d/ns/user", (int)holder);
  int table = setup_need(open(path, O_RDONLY | O_CLOEXEC), "open the id table of the task folder");
  kill(holder, SIGKILL);
  waitpid(holder, NULL, 0);
  return table;
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
