#define _GNU_SOURCE
#include "builder.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "command.h"
#include "first.h"
#include "identity.h"
#include "kernel.h"
#include "landlock.h"
#include "limits.h"
#include "network.h"
#include "privileges.h"
#include "root.h"
#include "seccomp.h"
#include "setup.h"

struct facts {
  unsigned landlock, filter_length;
};

/* From here on this process holds what its programs will hold: all of it is inherited, nothing is done per program. */
static struct facts lock_down(const struct builder *builder) {
  struct facts facts;
  limits_apply(&builder->request->limits, builder->group.memory);
#ifndef CLAWHOLD_TEST_WITHOUT_HIDDEN_FIRST_PROCESS
  setup_need(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0), "hide its first process");
#else
  setup_need(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0), "show its first process");
#endif
#ifndef CLAWHOLD_TEST_WITHOUT_NO_NEW_PRIVILEGES
  privileges_forbid_new();
#endif
  facts.landlock = landlock_restrict();
  setup_layer("landlock");
  facts.filter_length = seccomp_restrict(!builder->group.freezer);
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

static void report_ready(const struct builder *builder, struct facts facts) {
  struct buffer message = {0};
  write_u8(&message, SETUP_READY);
  write_u32(&message, facts.landlock);
  write_u32(&message, facts.filter_length);
  self_test_write_names(&message);
  setup_write_layers(&message);
  (void)builder;
  setup_send(&message, -1);
  buffer_free(&message);
}

void builder_run(struct builder *builder) {
  identity_assume();
  /* Set after the change of user, which clears it. */
  setup_need(prctl(PR_SET_PDEATHSIG, SIGKILL), "tie its life to the launcher");
  setsid();
  setup_layer("namespaces");
  network_raise();
  network_listen(builder->request);
  setup_layer("network");
  if (!builder->mounts_taken) {
    mounts_take(builder->request, &builder->mounts);
    setup_layer("mounts");
  }
  root_build(builder->request, &builder->mounts);
  setup_need(sethostname(builder->request->name, strlen(builder->request->name)), "name itself");
  struct facts facts = lock_down(builder);
  prove(&builder->self_test);
  setup_layer("self-test");
  report_ready(builder, facts);
  setup_close();
  first_serve(builder->channel);
}
