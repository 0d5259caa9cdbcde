#define _GNU_SOURCE
#include "builder.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "command.h"
#include "first.h"
#include "generation.h"
#include "handover.h"
#include "layers/identity.h"
#include "kernel.h"
#include "layers/landlock.h"
#include "layers/limits.h"
#include "layers/network.h"
#include "self_test/outsider.h"
#include "layers/privileges.h"
#include "layers/root.h"
#include "layers/seccomp/profile.h"
#include "layers/seccomp/seccomp.h"
#include "setup.h"
#include "layers/skeleton.h"

struct facts {
  struct landlock landlock;
  struct filter_facts filter;
  bool captures; /* see capture.h */
  bool masked;   /* see overlay.h */
};

/* A tracer holds its programs where a signal may not stop them, and lets them go on when it dies. */
static void need_freezer(const struct handover *handover) {
  if (!(handover->request.profiles & PROFILE_DEBUGGER) || handover->group.freezer) return;
  setup_fail("sandbox_profile_refused",
             "Start the platform as root, or give its account a control group of its own (systemd: Delegate=yes).",
             "The policy lets programs be traced, and this launcher has no freezer that stops those.");
}

/* From here on this process holds what its programs will hold, but for the Landlock domain: see generation.h. */
static struct facts lock_down(const struct handover *handover) {
  struct facts facts = {0};
  need_freezer(handover);
  limits_apply(&handover->request.limits, handover->group.memory);
#ifndef CLAWHOLD_TEST_WITHOUT_HIDDEN_FIRST_PROCESS
  setup_need(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0), "hide its first process");
#else
  setup_need(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0), "show its first process");
#endif
#ifndef CLAWHOLD_TEST_WITHOUT_NO_NEW_PRIVILEGES
  privileges_forbid_new();
#endif
  facts.landlock = landlock_describe(&handover->request.files, &handover->paths);
  setup_layer("landlock");
  facts.filter = seccomp_restrict(handover->request.profiles, !handover->group.freezer);
#ifndef CLAWHOLD_TEST_WITHOUT_CAPABILITY_DROP
  privileges_drop_all();
#endif
  setup_layer("seccomp and capabilities");
  return facts;
}

/* Runs the probes in a child that went through every step of a command but the last. */
static void prove(const struct self_test *test) {
  int result[2];
  setup_need(pipe2(result, O_CLOEXEC), "make a pipe");
  pid_t child = setup_need(fork(), "make a process");
  if (!child) {
    command_detach((int[]){0, result[1], 2});
    prctl(PR_SET_DUMPABLE, 1, 0, 0, 0); /* as execve would do */
    const char *name = self_test_run(test);
    const char *answer = name ? name : "ok";
    _exit(write(1, answer, strlen(answer)) < 0);
  }
  close(result[1]);
  char answer[128] = "";
  ssize_t length = read(result[0], answer, sizeof answer - 1);
  close(result[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (length == 2 && !memcmp(answer, "ok", 2) && !status) return;
  setup_fail("sandbox_probe_succeeded",
             "Do not run agents on this machine before the cause is found; `clawhold doctor` lists what the kernel offers.",
             "The sandbox was refused because the self-test %s was not stopped.",
             length > 0 ? answer : "did not answer, so it");
}

static void report_ready(const struct self_test *test, struct facts facts) {
  const struct files_request *files = &test->request->files;
  struct buffer message = {0};
  write_u8(&message, SETUP_READY);
  write_u32(&message, facts.landlock.version);
  write_u32(&message, facts.filter.length);
  write_text(&message, facts.filter.digest);
  write_u32(&message, test->request->profiles);
  write_u8(&message, facts.captures);
  self_test_write_names(test, &message);
  setup_write_layers(&message);
  write_u8(&message, files->listed);
  write_u8(&message, files->strict);
  write_u8(&message, (uint8_t)files->task);
  write_u8(&message, facts.masked);
  paths_write_report(files, test->paths_taken, &message);
  setup_send(&message, -1);
  buffer_free(&message);
}

static void become_inside(void) {
  identity_assume();
  /* Set after the change of user, which clears it. */
  setup_need(prctl(PR_SET_PDEATHSIG, SIGKILL), "tie its life to the launcher");
}

/* Everything that is the same for every sandbox, before one is asked for. True when its network captures connections. */
static bool prepare(struct builder *builder) {
  setup_need(prctl(PR_SET_PDEATHSIG, SIGKILL), "tie its life to the launcher");
  setsid();
  setup_layer("ahead: namespaces");
  bool captures = network_raise();
  setup_layer("ahead: network");
  if (!builder->privileged) {
    char byte;
    if (recv(builder->link, &byte, 1, 0) != 1) _exit(0); /* the starter is gone, and nobody asks any more */
    become_inside();
    mounts_take_system(&builder->system);
    setup_layer("ahead: mounts");
    builder->skeleton = skeleton_make(&builder->system);
  }
  root_attach(builder->skeleton, &builder->system);
  setup_layer("ahead: root and proc");
  return captures;
}

static void take_what_was_given(struct handover *handover) {
  mounts_take_given(&handover->request, &handover->mounts);
  skeleton_make_room(&handover->mounts);
  paths_take(&handover->request, &handover->paths);
  skeleton_make_room(&handover->paths.mounts);
  skeleton_write_hosts(handover->request.hosts);
  handover->overlay = overlay_take(&handover->request, NULL, OVERLAY_FIRST);
}

static void place_task(const struct handover *handover) {
  const struct overlay *overlay = &handover->overlay;
  enum task_access access = handover->request.files.task;
  if (access == TASK_HIDDEN) {
    close(overlay->lower), close(overlay->view);
    if (overlay->pool >= 0) close(overlay->pool);
    return;
  }
  int target = setup_need(open("task", O_PATH | O_DIRECTORY | O_CLOEXEC), "find the place of the task folder");
  overlay_place(overlay, handover->request.layers, target, access == TASK_READ ? ATTRIBUTE_READ_ONLY : 0);
}

static void furnish(const struct handover *handover) {
  const struct start_request *request = &handover->request;
  mounts_place(&handover->mounts);
  setup_layer("mounts");
  network_listen(request);
  network_open_diagnosis();
  network_open_refused_log();
  setup_need(sethostname(request->name, strlen(request->name)), "name itself");
  setup_layer("listeners");
  place_task(handover);
  paths_place(request, &handover->paths);
  setup_layer("view");
  root_add_temporary(request);
  root_enter();
  setup_layer("temporary and root");
}

/* A privileged starter makes the places of listed paths, once nothing of the system lies on them. */
static void await_room(int link) {
  char byte;
  if (send(link, "", 1, MSG_NOSIGNAL) < 0 || recv(link, &byte, 1, 0) != 1) _exit(71); /* the starter has said why */
}

/* What the generations of a sandbox's programs need to know. */
struct life {
  struct self_test test;
  struct facts facts;
  struct outsider outsider;
  bool proven;
};

static void prove_and_report(struct life *life) {
  prove(&life->test);
  outsider_end(&life->outsider);
  setup_layer("self-test");
  report_ready(&life->test, life->facts);
  setup_close();
  life->proven = true;
}

static int live(void *data) {
  struct life *life = data;
  landlock_enter(&life->facts.landlock, life->test.request->files.task);
  setup_layer("domain");
  life->test.server = gettid();
  if (!life->proven) prove_and_report(life);
  first_serve();
  return 0;
}

void builder_run(struct builder *builder) {
  static struct handover handover;
  static struct life life;
  struct self_test *test = &life.test;
  bool captures = prepare(builder);
  handover_receive(builder->link, &handover);
  setup_layers_from(handover.asked);
  if (builder->privileged) become_inside();
  paths_narrow(&handover.request.files, &builder->system);
  if (!handover.opened) take_what_was_given(&handover);
  else if (handover.paths.mounts.count) await_room(builder->link);
  close(builder->link);
  bool masked = overlay_is_masked(&handover.overlay);
  furnish(&handover);
  self_test_name(test, &handover.request, builder->canary);
  memcpy(test->secrets, handover.secrets, sizeof test->secrets);
  test->paths_taken = &handover.paths;
  life.outsider = outsider_make();
  life.facts = lock_down(&handover);
  life.facts.captures = captures;
  life.facts.masked = masked;
  test->outsider = life.outsider.process;
  test->landlock = life.facts.landlock.version;
  first_open(builder->channel);
  for (;;) generation_run(live, &life);
}
