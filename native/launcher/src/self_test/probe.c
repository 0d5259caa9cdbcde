#define _GNU_SOURCE
#include "self_test/probe.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "layers/capture.h"
#include "layers/cgroup.h"
#include "layers/identity.h"
#include "kernel.h"
#include "layers/landlock.h"
#include "request.h"

/* Runs `attempt` in a child of its own; the error number that it ended with. */
static int try(int (*attempt)(void)) {
  pid_t child = fork();
  if (!child) _exit(attempt());
  int status;
  if (child < 0 || waitpid(child, &status, 0) < 0) return errno;
  return WIFEXITED(status) ? WEXITSTATUS(status) : EINTR;
}

static int user_namespace(void) { return unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET) ? errno : 0; }

static bool set(int context, const char *key, const char *value) {
  return !kernel_fsconfig(context, CONFIG_STRING, key, value);
}

/* An overlay in a user namespace, on a tmpfs of its own. */
static int overlay(void) {
  unsigned user = geteuid(), group = getegid();
  int ready[2], go[2];
  if (pipe(ready) || pipe(go)) return errno;
  pid_t child = fork();
  if (!child) {
    char byte;
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS)) _exit(errno);
    if (write(ready[1], "", 1) != 1 || read(go[0], &byte, 1) != 1) _exit(EPIPE);
    if (mount("tmpfs", "/tmp", "tmpfs", 0, NULL) || chdir("/tmp")) _exit(errno);
    if (mkdir("lower", 0755) | mkdir("upper", 0755) | mkdir("work", 0755)) _exit(errno);
    int context = kernel_fsopen("overlay");
    if (context < 0 || !set(context, "lowerdir", "lower") || !set(context, "upperdir", "upper") ||
        !set(context, "workdir", "work") || kernel_fsconfig(context, CONFIG_FLAG, "userxattr", NULL) ||
        kernel_fsconfig(context, CONFIG_CREATE, NULL, NULL))
      _exit(errno);
    _exit(0);
  }
  close(ready[1]);
  char byte;
  int status = 0;
  if (read(ready[0], &byte, 1) == 1) {
    struct identity_map map = identity_map_open(child);
    identity_map_write(&map, INSIDE_ID, user, group);
    if (write(go[1], "", 1) != 1) return errno;
  }
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : EINTR;
}

static int capture(void) { return unshare(CLONE_NEWUSER | CLONE_NEWNET) || !capture_lay() ? errno : 0; }

static int filter(void) {
  return prctl(PR_GET_SECCOMP, 0, 0, 0, 0) < 0 || syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0,
                                                          &(uint32_t){SECCOMP_RET_KILL_PROCESS})
             ? errno
             : 0;
}

static void print_result(const char *name, int error, const char *advice) {
  printf(",\"%s\":{\"works\":%s", name, error ? "false" : "true");
  if (error) printf(",\"error\":\"%s\",\"advice\":\"%s\"", strerror(error), advice);
  printf("}");
}

int probe_main(void) {
  struct utsname system;
  uname(&system);
  printf("{\"kernel\":\"%s\",\"architecture\":\"%s\",\"privileged\":%s", system.release, system.machine,
         identity_privileged() ? "true" : "false");
  fflush(stdout);
  int namespaces = try(user_namespace);
  print_result("userNamespaces", namespaces, identity_advice());
  print_result("overlay", namespaces ? namespaces : try(overlay),
               "The kernel must be 5.11 or newer with CONFIG_OVERLAY_FS.");
  print_result("seccomp", try(filter), "The kernel must have CONFIG_SECCOMP_FILTER.");
  print_result("capture", namespaces ? namespaces : try(capture),
               "Load what it needs: sudo modprobe -a nf_tables nft_tproxy");
  cgroup_find_trees();
  static const char *const controllers[CGROUP_CONTROLLERS] = {"freezer", "memory", "processes", "processors", "disks"};
  struct cgroup group;
  /* In a child, so that this process stays in the group it came from. */
  fflush(stdout);
  pid_t child = fork();
  if (!child) {
    cgroup_enter(&group, 0, 0);
    printf(",\"cgroups\":{\"layout\":\"%s\"", cgroup_layout());
    for (unsigned i = 0; i < CGROUP_CONTROLLERS; i++) printf(",\"%s\":%s", controllers[i], group.holds[i] ? "true" : "false");
    printf("}");
    fflush(stdout);
    _exit(0);
  }
  waitpid(child, NULL, 0);
  cgroup_remove(&(struct cgroup){.serial = 0});
  cgroup_leave_trees();
  printf(",\"landlock\":%u}\n", landlock_version());
  return 0;
}
