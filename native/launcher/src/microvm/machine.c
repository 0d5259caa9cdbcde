#define _GNU_SOURCE
#include "microvm/machine.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "container/engine.h"
#include "kernel.h"
#include "layers/identity.h"
#include "layers/mounts.h"
#include "layers/privileges.h"
#include "layers/root.h"
#include "layers/seccomp/seccomp.h"
#include "microvm/kernel_image.h"
#include "setup.h"
#include "text_file.h"

#define PROGRAM "qemu-system-x86_64"
#define SHARED "sandbox"

enum { PORT_AT = 3, MEGABYTE = 1024 * 1024, LEAST_MEGABYTES = 256 };

static int waiting = -1;

static void place(int tree, const char *target, const char *what) {
  setup_need(tree, what);
  setup_need(kernel_move_mount(tree, AT_FDCWD, target), what);
  close(tree);
}

/* What QEMU consists of, the kernel, and what it shares; the host's other files are left behind. */
static void make_root(void) {
  static const char *const folders[] = {"/usr", "/lib", "/lib64"};
  setup_need(mount("tmpfs", ENGINE_STATE, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=256m"), "make a root for its machine");
  setup_need(chdir(ENGINE_STATE), "enter the root of its machine");
  for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
    char link[256];
    ssize_t length = readlink(folders[i], link, sizeof link - 1);
    if (length > 0) {
      link[length] = 0;
      setup_need(symlink(link, folders[i] + 1), "make a root for its machine");
      continue;
    }
    setup_need(mkdir(folders[i] + 1, 0755), "make a root for its machine");
    place(mounts_clone(folders[i], TREE_RECURSIVE, ATTRIBUTE_READ_ONLY | ATTRIBUTE_NO_SETUID | ATTRIBUTE_NO_DEVICES), folders[i] + 1,
          "show QEMU its files");
  }
  kernel_image_write("kernel", "archive");
  /* QEMU changes modes of what it shares by names of its descriptors there. */
  setup_need(mkdir("proc", 0755), "make a root for its machine");
  setup_need(mount("proc", "proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL), "show QEMU itself");
  setup_need(mkdir(SHARED, 0755), "make a root for its machine");
  place(kernel_open_tree(AT_FDCWD, ENGINE_ROOT, TREE_CLONE | TREE_RECURSIVE), SHARED, "share its root");
}

/* The kernel tells the keeper who speaks, and the keeper puts that process into its control group. */
static void join_group(void) {
  char byte;
  if (send(ENGINE_LINK_AT, "", 1, MSG_NOSIGNAL) < 0) _exit(71);
  if (recv(ENGINE_LINK_AT, &byte, 1, 0) != 1) _exit(0);
  setup_need(unshare(CLONE_NEWCGROUP), "have control groups of its own");
  if (send(ENGINE_LINK_AT, "", 1, MSG_NOSIGNAL) < 0) _exit(71);
}

static void become_user(int parent) {
  char byte;
  setup_need(unshare(CLONE_NEWUSER), "become its own user");
  prctl(PR_SET_DUMPABLE, 1, 0, 0, 0); /* or nobody but the host's root may write its id map */
  if (send(parent, "", 1, MSG_NOSIGNAL) < 0 || recv(parent, &byte, 1, 0) != 1) _exit(71);
  identity_assume();
  setup_need(prctl(PR_SET_PDEATHSIG, SIGKILL), "tie its life to the launcher");
}

static void lock_down(void) {
  const struct rlimit none = {0, 0};
  setup_need(setrlimit(RLIMIT_CORE, &none), "set its limits");
  privileges_forbid_new();
  seccomp_restrict(0, false);
  privileges_drop_all();
}

/* The counter of an imitated processor is this machine's: to measure it fails, and hangs, when this machine is busy. In kHz. */
static unsigned clock_rate(void) {
  char text[4096];
  const char *at = text_file_read("/proc/cpuinfo", text, sizeof text) ? strstr(text, "cpu MHz") : NULL;
  double rate = at && (at = strchr(at, ':')) ? strtod(at + 1, NULL) : 0;
  return rate > 0 ? (unsigned)(rate * 1000) : 2000000;
}

static _Noreturn void become_qemu(const struct start_request *request, unsigned rate) {
  char memory[32], words[128];
  uint64_t megabytes = request->limits.memory / MEGABYTE;
  snprintf(memory, sizeof memory, "%llu", (unsigned long long)(megabytes < LEAST_MEGABYTES ? LEAST_MEGABYTES : megabytes));
  snprintf(words, sizeof words, "console=ttyS0 loglevel=1 reboot=t panic=-1 tsc_early_khz=%u", rate);
  execlp(PROGRAM, PROGRAM, "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot", "-sandbox",
         "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny",
         "-machine", "microvm,acpi=on,rtc=on", "-accel", "tcg,thread=multi,tb-size=128", "-cpu", "max", "-smp", "1", "-m", memory,
         "-kernel", "/kernel", "-initrd", "/archive", "-append", words,
         "-chardev", "stdio,id=console,signal=off", "-serial", "chardev:console",
         "-global", "virtio-mmio.force-legacy=false",
         "-chardev", "socket,id=port,fd=3", "-device", "virtio-serial-device", "-device", "virtserialport,chardev=port",
         /* Its user cannot give a file to another one; "none" does not try to remember such a wish. */
         "-fsdev", "local,id=root,path=/" SHARED ",security_model=none,multidevs=remap",
         "-device", "virtio-9p-device,fsdev=root,mount_tag=root",
         "-fsdev", "local,id=task,path=/" SHARED "/task,security_model=none,multidevs=remap",
         "-device", "virtio-9p-device,fsdev=task,mount_tag=task", (char *)NULL);
  fprintf(stderr, "%s could not be run: %s\n", PROGRAM, strerror(errno));
  _exit(71);
}

static _Noreturn void run(const struct start_request *request, int port, int parent) {
  int port_high = fcntl(port, F_DUPFD_CLOEXEC, 64), parent_high = fcntl(parent, F_DUPFD_CLOEXEC, 64);
  setsid();
  setup_need(prctl(PR_SET_PDEATHSIG, SIGKILL), "tie its life to the launcher");
  setup_need(sethostname(request->name, strlen(request->name)), "name itself");
  setup_need(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), "keep its mounts to itself");
  unsigned rate = clock_rate();
  make_root();
  root_enter();
  become_user(parent_high);
  join_group();
  lock_down();
  char byte;
  if (send(parent_high, "", 1, MSG_NOSIGNAL) < 0 || recv(parent_high, &byte, 1, 0) != 1) _exit(71);
  setup_need(dup2(port_high, PORT_AT), "hold its port");
  kernel_close_range(PORT_AT + 1, ~0u);
  become_qemu(request, rate);
}

int machine_begin(const struct start_request *request) {
  struct kernel_clone_arguments arguments = {
      .flags = NAMESPACE_PID | NAMESPACE_IPC | NAMESPACE_UTS | NAMESPACE_MOUNT, .exit_signal = SIGCHLD};
  int port[2], child[2];
  char byte;
  setup_need(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, port), "make a socket");
  setup_need(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, child), "make a socket");
  pid_t machine = setup_need(kernel_clone3(&arguments), "make its machine");
  if (!machine) run(request, port[1], child[1]);
  close(port[1]), close(child[1]);
  if (recv(child[0], &byte, 1, 0) != 1) _exit(71);
  struct identity_map map = identity_map_open(machine);
  identity_map_write(&map, INSIDE_ID, 0, 0);
  if (send(child[0], "", 1, MSG_NOSIGNAL) < 0 || recv(child[0], &byte, 1, 0) != 1) _exit(71);
  waiting = child[0];
  return port[0];
}

void machine_go_on(void) {
  if (send(waiting, "", 1, MSG_NOSIGNAL) < 0) _exit(71);
  close(waiting);
}
