/*
 * A running program as the launcher sees it from outside: three pipes and an end. Commands in sandboxes and jobs of the
 * launcher itself look alike to the supervisor.
 *
 * Nothing is buffered without bound: the supervisor grants credit for output and gets credit for input, and a program
 * that writes more than it may be read simply waits at its pipe.
 */
#ifndef CLAWHOLD_PROCESS_H
#define CLAWHOLD_PROCESS_H

#include "deadline.h"
#include "loop.h"
#include "wire.h"

enum { WINDOW = 256 * 1024 };

struct sandbox;

struct process {
  struct process *next;
  uint32_t id;             /* 0 once its end was reported */
  struct sandbox *sandbox; /* NULL for a job */
  pid_t job;
  struct watch input, output[2];
  struct buffer pending_input;
  bool input_ends;
  uint32_t credit;
  uint64_t limit, total;
  struct deadline deadline;
  bool exited, limited, late, gone;
  uint32_t status, failure;
};

/*
 * Makes a process with its pipes; `streams` receives the program's ends, which the caller closes after handing them on.
 * `owner` is the host id that may reopen them through /dev/stdout. NULL when the machine has no descriptors left.
 */
struct process *process_make(uint32_t id, struct sandbox *sandbox, unsigned owner, uint64_t limit, int streams[3]);

/* It is ended after this long; 0: never. The time in which its sandbox stands still does not count. */
void process_limit_time(struct process *process, uint64_t milliseconds);
void process_stand_still(const struct sandbox *sandbox);
void process_go_on(const struct sandbox *sandbox);

/* Its main program ended with this wait status, or could not be run (`failure` is an error number). */
void process_exited(struct process *process, uint32_t status, uint32_t failure);

struct process *process_find(uint32_t id);
struct process *process_of_job(pid_t job);

/* Everything of a sandbox ends. */
void process_end_all_of(struct sandbox *sandbox);
/* Goes on with reading after the supervisor took what was queued. */
void process_resume_all(void);
/* Between two events: frees what ended, and does what `process_resume_all` promised. */
void process_sweep(void);

void process_input(uint32_t id, struct reader payload);
void process_credit(uint32_t id, struct reader payload);
void process_signal(uint32_t id, struct reader payload);

#endif
