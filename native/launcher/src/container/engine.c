#define _GNU_SOURCE
#include "container/engine.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "container/bundle.h"
#include "container/docker.h"
#include "container/podman.h"
#include "layers/limits.h"
#include "microvm/attendant.h"
#include "microvm/machine.h"
#include "setup.h"

struct engine {
  const char *name, *program, *package;
  unsigned first_user;
  void (*run)(const struct engine *, const struct start_request *, const char *canary);
  void (*call)(const struct start_request *, const char *invitation); /* only of a service */
};

static void bubblewrap(const struct engine *engine, const struct start_request *request, const char *canary) {
  char inside[16];
  snprintf(inside, sizeof inside, "%d", INSIDE_ID);
  execlp(engine->program, engine->program, "--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts",
         "--uid", inside, "--gid", inside, "--hostname", request->name, "--as-pid-1",
         "--die-with-parent", "--cap-drop", "ALL", "--cap-add", "CAP_SETPCAP", "--cap-add", "CAP_SYS_ADMIN",
         /* The root's own devices; it is sealed, and stays so. */
         "--dev-bind", ENGINE_ROOT, "/", "--proc", "/proc", "--chdir", "/", "--", ENGINE_PROGRAM, "inside", canary,
         (char *)NULL);
}

static void crun(const struct engine *engine, const struct start_request *request, const char *canary) {
  bundle_write(request, engine->first_user, canary);
  /* The launcher keeps the control groups; even told to leave them alone it refuses some layouts as soon as it sees them. */
  (void)mount("tmpfs", "/sys/fs/cgroup", "tmpfs", MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, "size=4k");
  execlp(engine->program, engine->program, "--root", ENGINE_STATE, "--cgroup-manager=disabled", "run", "--no-new-keyring",
         "--preserve-fds", ENGINE_DESCRIPTORS, "--bundle", BUNDLE, BUNDLE_CONTAINER, (char *)NULL);
}

static void runc(const struct engine *engine, const struct start_request *request, const char *canary) {
  bundle_write(request, engine->first_user, canary);
  execlp(engine->program, engine->program, "--root", ENGINE_STATE, "run", "--no-new-keyring", "--preserve-fds",
         ENGINE_DESCRIPTORS, "--bundle", BUNDLE, BUNDLE_CONTAINER, (char *)NULL);
}

static void podman(const struct engine *engine, const struct start_request *request, const char *canary) {
  (void)engine;
  podman_run(request, canary);
}

static void microvm(const struct engine *engine, const struct start_request *request, const char *canary) {
  (void)engine;
  attendant_run(request, canary);
}

static void await_visitor(const struct engine *engine, const struct start_request *request, const char *canary) {
  char byte;
  (void)engine, (void)request, (void)canary;
  while (recv(ENGINE_LINK_AT, &byte, 1, 0) > 0) continue;
  _exit(0);
}

static const struct engine engines[] = {
    {"bubblewrap", "bwrap", "bubblewrap", INSIDE_ID, bubblewrap, NULL},
    {"crun", "crun", "crun", INSIDE_ID, crun, NULL},
    /* It makes no container without a root user; inside.c leaves that one at once. */
    {"runc", "runc", "runc", 0, runc, NULL},
    {"podman", "podman", "podman", 0, podman, NULL},
    {"docker", "docker", "docker.io", 0, await_visitor, docker_call},
    {"microvm", "qemu-system-x86_64", "qemu-system-x86", 0, microvm, NULL},
    /* Its own interface, which the supervisor speaks. */
    {"kubernetes", NULL, NULL, 0, await_visitor, NULL},
};

static const struct engine *chosen;

bool engine_choose(const char *name) {
  for (size_t i = 0; i < sizeof engines / sizeof *engines; i++)
    if (!strcmp(engines[i].name, name)) chosen = &engines[i];
  return chosen || !strcmp(name, "launcher");
}

const char *engine_name(void) { return chosen ? chosen->name : "launcher"; }

bool engine_is_used(void) { return chosen != NULL; }

bool engine_is_service(void) { return chosen && chosen->run == await_visitor; }

bool engine_has_command(void) { return chosen->call != NULL; }

unsigned engine_first_user(void) { return chosen->first_user; }

bool engine_needs_kernel(void) { return chosen && chosen->run == microvm; }

void engine_check(const struct start_request *request) {
  for (uint32_t i = 0; engine_needs_kernel() && i < request->files.path_count; i++)
    if (request->files.paths[i].writes)
      setup_fail("sandbox_path_refused", "Name it in `read_only` of the policy, or choose another sandbox driver.",
                 "The policy lets %s be written, and of a virtual machine only the task folder can be.", request->files.paths[i].path);
}

void engine_go_last(pid_t process, const struct cgroup *group) {
  if (!engine_needs_kernel() || group->holds[CGROUP_PROCESSORS]) return;
  setup_need(setpriority(PRIO_PROCESS, (id_t)process, LIMITS_LAST), "go behind other programs");
}

void engine_widen(struct limits *limits) {
  if (!engine_needs_kernel()) return;
  limits->memory += MACHINE_MEMORY;
  limits->processes += MACHINE_THREADS;
}

static void clear_environment(void) {
  clearenv();
  setenv("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", 1);
}

static _Noreturn void say_missing(void) {
  char hint[160];
  snprintf(hint, sizeof hint, "On Debian or Ubuntu: sudo apt-get install %s. Or choose another driver.", chosen->package);
  setup_fail("sandbox_engine_missing", hint, "The program %s could not be run: %m.", chosen->program);
}

void engine_call(const struct start_request *request, const char *invitation) {
  clear_environment();
  setenv("HOME", "/nonexistent", 1);
  chosen->call(request, invitation);
  say_missing();
}

void engine_run(const struct start_request *request, const char *canary) {
  setup_need(mkdir(ENGINE_STATE, 0700), "make a folder for the engine's state");
  clear_environment();
  setenv("XDG_RUNTIME_DIR", ENGINE_STATE, 1);
  chosen->run(chosen, request, canary);
  say_missing();
}
