#define _GNU_SOURCE
#include "container/podman.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kernel.h"
#include "setup.h"

/* What the container begins with: Podman puts files of its own into a root, and that of the sandbox is sealed. */
#define OUTER ENGINE_PLACE "/outer"

static void place_roots(void) {
  setup_need(mkdir(OUTER, 0755), "make a root for the engine");
  setup_need(mkdir(OUTER ENGINE_WITHIN, 0755), "make a root for the engine");
  setup_need(mount(ENGINE_ROOT, OUTER ENGINE_WITHIN, NULL, MS_BIND | MS_REC, NULL), "place its root in the engine's");
}

/* 255 when nobody can say any more: more than a program of ours ends with. */
static int status_of(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 255; }

static void let_go(void) { kernel_close_range(ENGINE_SETUP_AT, ENGINE_LAST); }

static _Noreturn void wait_for(pid_t process) {
  int status = 0;
  while (waitpid(process, &status, 0) < 0 && errno == EINTR) continue;
  _exit(status_of(status));
}

/* Podman ends when the container runs. What keeps the container (conmon) becomes a child of the first process of this namespace. */
static _Noreturn void wait_for_all(pid_t podman) {
  int status, failed = 0;
  for (pid_t process; (process = wait(&status)) > 0 || errno == EINTR;)
    if (process == podman) failed = status_of(status);
  _exit(failed);
}

/* In a pid namespace of its own: what Podman starts leaves it, and could not be ended with it in any other way. */
static void alone(void) {
  setup_need(unshare(CLONE_NEWPID), "give the engine processes of its own");
  pid_t first = setup_need(fork(), "make a process");
  if (first) {
    let_go();
    wait_for(first);
  }
  setup_need(prctl(PR_SET_PDEATHSIG, SIGKILL), "tie its life to the launcher");
  setup_need(mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL), "show the engine its processes");
  pid_t podman = setup_need(fork(), "make a process");
  if (!podman) return;
  let_go();
  wait_for_all(podman);
}

void podman_run(const struct start_request *request, const char *canary) {
  place_roots();
  /* See crun in engine.c. */
  (void)mount("tmpfs", "/sys/fs/cgroup", "tmpfs", MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, "size=4k");
  /* Its locks have a name there, which all of one user on the machine would share. */
  setup_need(mount("tmpfs", "/dev/shm", "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "size=1m"), "give the engine its locks");
  alone();
  setenv("HOME", ENGINE_STATE, 1);
  setenv("CONTAINERS_CONF", "/dev/null", 1); /* what the machine's containers have besides */
  /* It is in a user namespace already, and needs no other. */
  setenv("_CONTAINERS_USERNS_CONFIGURED", "done", 1);
  setenv("_CONTAINERS_ROOTLESS_UID", "0", 1);
  setenv("_CONTAINERS_ROOTLESS_GID", "0", 1);
  execlp("podman", "podman", "--log-level", "error", "--root", ENGINE_STATE "/storage", "--runroot", ENGINE_STATE "/run",
         "--tmpdir", ENGINE_STATE "/temporary", "--storage-driver", "vfs", "--events-backend", "none", "--cgroup-manager",
         "cgroupfs", "--runtime", "crun",
         /* "host" is the network that it is started in: the workshop's, which is made and holds the listeners. */
         "run", "--detach", "--network", "host", "--no-hosts", "--cgroups", "disabled", "--pull", "never", "--log-driver", "none",
         "--read-only", "--read-only-tmpfs=false", "--hostname", request->name, "--ulimit", "host",
         "--security-opt", "no-new-privileges",
         /* The sandbox's own filter and its own masks of /proc come from the first process, and are what is attested. */
         "--security-opt", "seccomp=unconfined", "--security-opt", "unmask=ALL",
         /* What it needs until it gives up everything: see bundle.c. */
         "--cap-drop", "ALL", "--cap-add", "SETPCAP,SYS_ADMIN,SETFCAP",
         "--preserve-fds", ENGINE_DESCRIPTORS, "--rootfs", OUTER, ENGINE_PROGRAM, "inside", canary, ENGINE_WITHIN,
         (char *)NULL);
}
