#define _GNU_SOURCE
#include "enclosure.h"

#include <fcntl.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "command.h"
#include "first.h"
#include "generation.h"
#include "layers/landlock.h"
#include "layers/limits.h"
#include "layers/privileges.h"
#include "layers/seccomp/profile.h"
#include "layers/seccomp/seccomp.h"
#include "self_test/outsider.h"
#include "setup.h"

struct facts {
  struct landlock landlock;
  struct filter_facts filter;
};

/* A tracer holds its programs where a signal may not stop them, and lets them go on when it dies. */
static void need_freezer(const struct handover *handover) {
  if (!(handover->request.profiles & PROFILE_DEBUGGER) || handover->group.holds[CGROUP_FREEZER]) return;
  setup_fail("sandbox_profile_refused",
             "Start the platform as root, or give its account a control group of its own (systemd: Delegate=yes).",
             "The policy lets programs be traced, and this launcher has no freezer that stops those.");
}

/* From here on this process holds what its programs will hold, but for the Landlock domain: see generation.h. */
static struct facts lock_down(const struct handover *handover) {
  struct facts facts = {0};
  need_freezer(handover);
  limits_apply(&handover->request.limits, &handover->group);
#ifndef CLAWHOLD_TEST_WITHOUT_HIDDEN_FIRST_PROCESS
  setup_need(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0), "hide its first process");
#else
  setup_need(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0), "show its first process");
#endif
  privileges_forbid_new();
  facts.landlock = landlock_describe(&handover->request.files, &handover->paths);
  setup_layer("landlock");
  facts.filter = seccomp_restrict(handover->request.profiles, !handover->group.holds[CGROUP_FREEZER]);
  privileges_drop_all();
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

static void report_ready(const struct self_test *test, struct facts facts, const struct handover *handover) {
  const struct files_request *files = &test->request->files;
  struct buffer message = {0};
  write_u8(&message, SETUP_READY);
  write_u32(&message, facts.landlock.version);
  write_u32(&message, facts.filter.length);
  write_text(&message, facts.filter.digest);
  write_u32(&message, test->request->profiles);
  write_u8(&message, handover->captures);
  self_test_write_names(test, &message);
  setup_write_layers(&message);
  write_u8(&message, files->listed);
  write_u8(&message, files->strict);
  write_u8(&message, (uint8_t)files->task);
  write_u8(&message, handover->masked);
  paths_write_report(files, test->paths_taken, &message);
  setup_send(&message, -1);
  buffer_free(&message);
}

/* What the generations of a sandbox's programs need to know. */
struct life {
  struct self_test test;
  struct facts facts;
  struct outsider outsider;
  const struct handover *handover;
  bool proven;
};

static void prove_and_report(struct life *life) {
  prove(&life->test);
  outsider_end(&life->outsider);
  setup_layer("self-test");
  report_ready(&life->test, life->facts, life->handover);
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

void enclosure_run(const struct handover *handover, const char *canary, int channel) {
  static struct life life;
  struct self_test *test = &life.test;
  self_test_name(test, &handover->request, canary);
  memcpy(test->secrets, handover->secrets, sizeof test->secrets);
  test->paths_taken = &handover->paths;
  life.handover = handover;
  life.outsider = outsider_make();
  life.facts = lock_down(handover);
  test->outsider = life.outsider.process;
  test->landlock = life.facts.landlock.version;
  first_open(channel, handover->request.limits.seconds);
  for (;;) generation_run(live, &life);
}
