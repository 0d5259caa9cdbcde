#define _GNU_SOURCE
#include "caller/caller.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "caller/connection.h"
#include "caller/holders.h"
#include "command.h"
#include "control.h"
#include "kernel.h"
#include "process.h"
#include "sandbox.h"

/* Who is not found within this much work is not known. */
enum { MOST_SECONDS = 1, DIAGNOSIS_AT = 3 };

static _Noreturn void answer(pid_t first, int diagnosis, const struct connection *connection, const int streams[3]) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  diagnosis = dup(diagnosis);
  for (int stream = 0; stream < 3; stream++) dup2(streams[stream], stream);
  if (diagnosis < 0 || (diagnosis != DIAGNOSIS_AT && dup2(diagnosis, DIAGNOSIS_AT) < 0)) _exit(71);
  kernel_close_range(DIAGNOSIS_AT + 1, ~0u);
  setrlimit(RLIMIT_CPU, &(struct rlimit){MOST_SECONDS, MOST_SECONDS});
  uint64_t inode = connection_inode(DIAGNOSIS_AT, connection);
  if (inode) holders_print(first, inode);
  fflush(NULL);
  _exit(0);
}

void caller_start(uint32_t id, struct reader payload) {
  struct sandbox *sandbox = sandbox_find(read_u32(&payload));
  struct connection connection = {.local = read_u32(&payload), .remote = read_u32(&payload)};
  connection.local_port = (uint16_t)read_u32(&payload);
  connection.remote_port = (uint16_t)read_u32(&payload);
  uint64_t milliseconds = read_u64(&payload);
  if (!read_complete(&payload) || !id || process_find(id)) control_broken("a malformed question for a caller");
  if (!sandbox || sandbox->state >= SANDBOX_ENDING || !sandbox->first || sandbox->diagnosis < 0)
    return control_report_failed(id, "sandbox_not_running", "The sandbox is not running.", "Start a new one.");
  int streams[3];
  struct process *process = process_make(id, NULL, getuid(), 0, streams);
  if (!process)
    return control_report_failed(id, "sandbox_busy", "The launcher has no file descriptors left.",
                                 "Raise its limit of open files, or end some sandboxes.");
  process_limit_time(process, milliseconds);
  process->job = fork();
  if (!process->job) answer(sandbox->first, sandbox->diagnosis, &connection, streams);
  for (int i = 0; i < 3; i++) close(streams[i]);
  if (process->job < 0) process_exited(process, 0, (uint32_t)errno);
}
