#define _GNU_SOURCE
#include "serve.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "layers/cgroup.h"
#include "clock.h"
#include "container/engine.h"
#include "control.h"
#include "deadline.h"
#include "drift.h"
#include "handles.h"
#include "layers/identity.h"
#include "job.h"
#include "layers/landlock.h"
#include "loop.h"
#include "microvm/kernel_image.h"
#include "layers/privileges.h"
#include "process.h"
#include "renewal.h"
#include "sandbox.h"
#include "spare.h"
#include "supervisor.h"

enum { PROTOCOL_VERSION = 1 };

static pid_t supervisor; /* 0: the supervisor is our parent */
static bool ending;
static int status;

static void end(void) {
  ending = true;
  for (struct sandbox *sandbox = sandbox_list(); sandbox; sandbox = sandbox->next)
    sandbox_end(sandbox, "the supervisor ended");
}

/* Nobody decides for its sandboxes while it stands still. */
static void supervisor_stopped(void) {
  for (struct sandbox *sandbox = sandbox_list(); sandbox; sandbox = sandbox->next)
    sandbox_drifted(sandbox, "the supervisor was stopped");
}

static void reap(void) {
  int result;
  for (pid_t process; (process = waitpid(-1, &result, WNOHANG | WUNTRACED)) > 0;) {
    if (WIFSTOPPED(result)) {
      if (process == supervisor) supervisor_stopped();
    } else if (process == supervisor) {
      supervisor = 0;
      status = WIFEXITED(result) ? WEXITSTATUS(result) : 128 + WTERMSIG(result);
      end();
    } else if (!spare_reaped(process) && !job_reaped(process, result) && !renewal_reaped(process, result)) {
      sandbox_reaped(process);
    }
  }
}

static void signal_ready(struct watch *watch, uint32_t events) {
  (void)events;
  struct signalfd_siginfo info;
  if (read(watch->fd, &info, sizeof info) != sizeof info) return;
  if (info.ssi_signo == SIGCHLD) return reap();
  if (supervisor) kill(supervisor, SIGTERM);
  else end();
}

static struct watch signals = {.fd = -1, .ready = signal_ready};

static void watch_signals(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGCHLD);
  sigaddset(&set, SIGTERM);
  sigprocmask(SIG_BLOCK, &set, NULL);
  /* Ctrl-C and a closed terminal reach the supervisor as well, which ends in its own order and takes us along. */
  signal(SIGINT, SIG_IGN);
  signal(SIGHUP, SIG_IGN);
  signal(SIGPIPE, SIG_IGN);
  signals.fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  loop_watch(&signals, EPOLLIN);
}

static int channel_from(const char *variable) {
  const char *text = getenv(variable);
  char *end;
  long number = text ? strtol(text, &end, 10) : -1;
  if (!text || *end || number < 3) {
    fprintf(stderr, "clawhold-launcher: %s does not name a descriptor; start it through @clawhold/sandbox\n", variable);
    exit(64);
  }
  return (int)number;
}

static unsigned account(const char *text) {
  char *end;
  unsigned long number = strtoul(text, &end, 10);
  if (*text && !*end && number > 0 && number < 0xffffffffUL) return (unsigned)number;
  fprintf(stderr, "clawhold-launcher: %s is not the id of an account without privileges\n", text);
  exit(64);
}

static void choose_engine(const char *name) {
  if (engine_choose(name)) return;
  fprintf(stderr, "clawhold-launcher: there is no engine %s; use launcher, bubblewrap, crun, runc, podman, docker, microvm or kubernetes\n", name);
  exit(64);
}

static void choose_kernel(const char *folder) {
  if (kernel_image_read(folder)) return;
  fprintf(stderr, "clawhold-launcher: there is no kernel for a virtual machine in %s; unpack linux-image-amd64 of Debian there\n", folder);
  exit(64);
}

static struct supervisor read_arguments(int count, char **arguments) {
  struct supervisor wanted = {.user = 0};
  for (int i = 0; i < count; i++) {
    if (!strcmp(arguments[i], "--") && i + 1 < count) {
      wanted.command = arguments + i + 1;
      break;
    }
    if (!strcmp(arguments[i], "--child-uid") && i + 1 < count) wanted.user = account(arguments[++i]);
    else if (!strcmp(arguments[i], "--child-gid") && i + 1 < count) wanted.group = account(arguments[++i]);
    else if (!strcmp(arguments[i], "--engine") && i + 1 < count) choose_engine(arguments[++i]);
    else if (!strcmp(arguments[i], "--guest-kernel") && i + 1 < count) choose_kernel(arguments[++i]);
    else {
      fprintf(stderr, "usage: clawhold-launcher serve [--engine NAME [--guest-kernel FOLDER]] [--child-uid ID --child-gid ID -- COMMAND...]\n");
      exit(64);
    }
  }
  if (engine_needs_kernel() && !kernel_image_is_there()) {
    fprintf(stderr, "clawhold-launcher: say with --guest-kernel where virtual machines have their kernel from\n");
    exit(64);
  }
  if (wanted.command && identity_privileged() && (!wanted.user || !wanted.group)) {
    fprintf(stderr, "clawhold-launcher: as root, give the supervisor's account with --child-uid and --child-gid\n");
    exit(64);
  }
  return wanted;
}

static void greet(void) {
  struct buffer *reports = control_reports();
  size_t mark = frame_begin(reports, REPORT_HELLO, 0);
  write_u32(reports, PROTOCOL_VERSION);
  write_u8(reports, identity_privileged());
  write_u32(reports, landlock_version());
  write_text(reports, cgroup_layout());
  write_u32(reports, (uint32_t)getpid());
  write_text(reports, engine_name());
  frame_end(reports, mark);
  control_flush();
}

int serve_main(int count, char **arguments) {
  struct supervisor wanted = read_arguments(count, arguments);
  loop_open();
  watch_signals();
  if (wanted.command) {
    supervisor = supervisor_start(&wanted);
  } else {
    wanted.control = channel_from("CLAWHOLD_LAUNCHER_FD");
    wanted.handles = channel_from("NODE_CHANNEL_FD");
    prctl(PR_SET_PDEATHSIG, SIGKILL);
  }
  if (identity_privileged()) privileges_keep_needed();
  clock_open(sandbox_tick);
  deadline_open();
  control_open(wanted.control, end);
  handles_open(wanted.handles);
  sandbox_open();
  drift_open();
  greet();
  while (!ending || sandbox_list() || supervisor) {
    loop_once();
    process_sweep();
  }
  spare_discard();
  cgroup_leave_trees();
  return status;
}
