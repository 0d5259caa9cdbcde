/* Attempts to gain a namespace, a capability or a mount, or to use a refused system call. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kernel.h"
#include "self_test/self_test.h"

static bool seccomp(const struct self_test *test) {
  (void)test;
  /* An empty bpf() call is EINVAL or EFAULT on a kernel that answers it, EPERM under the filter. */
  return prctl(PR_GET_SECCOMP, 0, 0, 0, 0) == 2 && syscall(SYS_keyctl, 0, 0, 0, 0, 0) && errno == EPERM &&
         syscall(SYS_bpf, 0, NULL, 0) && errno == EPERM && syscall(KERNEL_CLONE3, NULL, 0) && errno == ENOSYS;
}

static bool no_new_privileges(const struct self_test *test) {
  (void)test;
  return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
}

static bool capabilities(const struct self_test *test) {
  (void)test;
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct data[2] = {0};
  if (syscall(SYS_capget, &header, data)) return false;
  for (int i = 0; i < 2; i++)
    if (data[i].effective || data[i].permitted || data[i].inheritable) return false;
  for (unsigned long capability = 0; prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; capability++)
    if (prctl(PR_CAPBSET_READ, capability, 0, 0, 0)) return false;
  data[0].effective = data[0].permitted = 1u << CAP_SYS_CHROOT;
  return syscall(SYS_capset, &header, data) && chroot("/") && prctl(PR_CAPBSET_DROP, 0, 0, 0, 0);
}

static bool namespaces(const struct self_test *test) {
  (void)test;
  const unsigned kinds[] = {NAMESPACE_USER, NAMESPACE_USER | NAMESPACE_NETWORK, NAMESPACE_MOUNT, NAMESPACE_PID};
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    if (!unshare((int)kinds[i])) return false;
    pid_t child = (pid_t)syscall(SYS_clone, kinds[i] | SIGCHLD, NULL, NULL, NULL, NULL);
    if (!child) _exit(0);
    if (child > 0) {
      waitpid(child, NULL, 0);
      return false;
    }
  }
  return true;
}

static bool mounts(const struct self_test *test) {
  (void)test;
  return mount("tmpfs", "/tmp", "tmpfs", 0, NULL) && mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND, NULL) &&
         umount2("/proc", MNT_DETACH) && kernel_fsopen("tmpfs") < 0;
}

const struct self_test_probe kernel_probes[] = {
    {"kernel.seccomp", seccomp, 0},
    {"kernel.no-new-privileges", no_new_privileges, 0},
    {"kernel.capabilities", capabilities, 0},
    {"kernel.namespaces", namespaces, 0},
    {"kernel.mounts", mounts, 0},
    {0},
};
