#define _GNU_SOURCE
#include "job.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "command.h"
#include "control.h"
#include "process.h"
#include "signals.h"

/* Declared weak so that a launcher built for a test of something else needs no tree. */
int tree_main(int count, char **arguments) __attribute__((weak));

enum { MOST_ARGUMENTS = 64 };

void job_start(uint32_t id, struct reader payload) {
  char *arguments[MOST_ARGUMENTS + 1] = {0};
  uint64_t limit = read_u64(&payload);
  uint32_t count = read_count(&payload, MOST_ARGUMENTS);
  for (uint32_t i = 0; i < count; i++) arguments[i] = (char *)read_text(&payload);
  if (!read_complete(&payload) || process_find(id)) control_broken("a malformed job");
  int streams[3];
  struct process *process = process_make(id, NULL, getuid(), limit, streams);
  if (!process)
    return control_report_failed(id, "sandbox_busy", "The launcher has no file descriptors left.",
                                 "Raise its limit of open files, or end some sandboxes.");
  /* The arguments lie in a queue that a fork does not inherit: see buffer.h. */
  for (uint32_t i = 0; i < count; i++)
    if (!(arguments[i] = strdup(arguments[i]))) abort();
  process->job = fork();
  if (!process->job) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    command_detach(streams);
    signals_begin_afresh();
    int status = tree_main ? tree_main((int)count, arguments) : 69;
    fflush(NULL);
    _exit(status);
  }
  for (uint32_t i = 0; i < count; i++) free(arguments[i]);
  for (int i = 0; i < 3; i++) close(streams[i]);
  if (process->job < 0) process_exited(process, 0, (uint32_t)errno);
}

bool job_reaped(pid_t job, int status) {
  struct process *process = process_of_job(job);
  if (process) process_exited(process, (uint32_t)status, 0);
  return process != NULL;
}
