#define _GNU_SOURCE
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "control.h"
#include "sandbox.h"

/* Pipes that programs in the background still hold after their command ended; the oldest beyond this are closed. */
enum { MOST_HELD = 32 };

static struct process *processes; /* newest first */
static bool resume_wanted;

/* Its memory goes in the next sweep, so that whoever is in the middle of the list can go on. */
static void release(struct process *process) {
  deadline_forget(&process->deadline);
  loop_close(&process->input);
  loop_close(&process->output[0]);
  loop_close(&process->output[1]);
  buffer_free(&process->pending_input);
  process->id = 0;
  process->gone = true;
}

struct process *process_find(uint32_t id) {
  for (struct process *process = processes; process; process = process->next)
    if (process->id == id) return process;
  return NULL;
}

struct process *process_of_job(pid_t job) {
  for (struct process *process = processes; process; process = process->next)
    if (process->job == job && !process->exited) return process;
  return NULL;
}

static void kill_process(struct process *process, int number) {
  if (process->exited) return;
  if (process->sandbox) sandbox_signal(process->sandbox, process->id, number);
  else kill(process->job, number);
}

static void too_late(void *owner) {
  struct process *process = owner;
  process->late = !process->exited;
  kill_process(process, SIGKILL);
}

void process_limit_time(struct process *process, uint64_t milliseconds) {
  deadline_set(&process->deadline, milliseconds, too_late, process);
}

void process_stand_still(const struct sandbox *sandbox) {
  for (struct process *process = processes; process; process = process->next)
    if (process->sandbox == sandbox) deadline_stand_still(&process->deadline);
}

void process_go_on(const struct sandbox *sandbox) {
  for (struct process *process = processes; process; process = process->next)
    if (process->sandbox == sandbox) deadline_go_on(&process->deadline);
}

/* A background program may still hold the pipe: keep it open, unread, so that it is not ended by SIGPIPE. */
static void hold(struct process *process) {
  process->id = 0;
  loop_close(&process->input);
  unsigned held = 0;
  for (struct process *other = processes; other; other = other->next)
    if (!other->id && !other->gone && other->sandbox == process->sandbox && ++held > MOST_HELD) release(other);
  if (process->output[0].fd < 0 && process->output[1].fd < 0) return release(process);
  for (int i = 0; i < 2; i++) loop_watch(&process->output[i], 0);
}

static void report_exit(struct process *process) {
  struct buffer *reports = control_reports();
  size_t mark = frame_begin(reports, REPORT_EXITED, process->id);
  write_u32(reports, process->status);
  write_u32(reports, process->failure);
  write_u8(reports, process->limited);
  write_u8(reports, process->late);
  write_u64(reports, process->total);
  frame_end(reports, mark);
  hold(process);
  control_flush();
}

enum reading { READ_MORE, READ_EMPTY, READ_CLOSED, READ_PAUSED };

/* Over its limit a program is ended, and what it had already written beyond is thrown away. */
static void cut(struct process *process, size_t *length) {
  uint64_t left = process->limit - process->total;
  if (process->limit && *length > left) {
    *length = (size_t)left;
    if (!process->limited) kill_process(process, SIGKILL);
    process->limited = true;
  }
}

static enum reading read_once(struct process *process, unsigned stream) {
  struct watch *watch = &process->output[stream];
  if (watch->fd < 0) return READ_CLOSED;
  if (!process->credit || control_is_full()) return READ_PAUSED;
  struct buffer *reports = control_reports();
  size_t room = process->credit < CHUNK ? process->credit : CHUNK;
  size_t before = buffer_length(reports), mark = frame_begin(reports, REPORT_OUTPUT, process->id);
  write_u8(reports, (uint8_t)stream);
  size_t length_at = buffer_length(reports);
  write_u32(reports, 0);
  ssize_t received = read(watch->fd, buffer_reserve(reports, room), room);
  size_t length = received > 0 ? (size_t)received : 0;
  cut(process, &length);
  if (length) {
    reports->end += length;
    process->total += length;
    process->credit -= (uint32_t)length;
    for (int i = 0; i < 4; i++) buffer_bytes(reports)[length_at + (size_t)i] = (uint8_t)(length >> (8 * i));
    frame_end(reports, mark);
  } else {
    reports->end = reports->begin + before;
  }
  if (received > 0 || (received < 0 && errno == EINTR)) return READ_MORE;
  if (received < 0 && errno == EAGAIN) return READ_EMPTY;
  loop_close(watch);
  return READ_CLOSED;
}

/* Before the end is reported everything that was written before it is read. */
static void drain(struct process *process) {
  for (unsigned stream = 0; stream < 2; stream++) {
    enum reading reading;
    while ((reading = read_once(process, stream)) == READ_MORE) continue;
    if (reading != READ_PAUSED) continue;
    for (int i = 0; i < 2; i++) loop_pause(&process->output[i]);
    return control_flush();
  }
  report_exit(process);
}

static void output_ready(struct watch *watch, uint32_t events) {
  (void)events;
  struct process *process = watch->owner;
  if (!process->id) {
    loop_close(watch);
    if (process->output[0].fd < 0 && process->output[1].fd < 0) release(process);
    return;
  }
  if (process->exited) return drain(process);
  if (read_once(process, watch == &process->output[1]) == READ_PAUSED) loop_pause(watch);
  control_flush();
}

static void write_input(struct process *process) {
  struct buffer *pending = &process->pending_input;
  uint32_t written = 0;
  while (process->input.fd >= 0 && buffer_length(pending)) {
    ssize_t length = write(process->input.fd, buffer_bytes(pending), buffer_length(pending));
    if (length < 0 && errno == EINTR) continue;
    if (length < 0 && errno == EAGAIN) break;
    if (length < 0) loop_close(&process->input); /* nobody reads it any more */
    else buffer_consume(pending, (size_t)length), written += (uint32_t)length;
  }
  if (process->input.fd < 0) {
    written += (uint32_t)buffer_length(pending);
    buffer_free(pending);
  } else if (buffer_length(pending)) {
    loop_watch(&process->input, EPOLLOUT);
  } else if (process->input_ends) {
    loop_close(&process->input);
  } else {
    loop_pause(&process->input);
  }
  if (!written) return;
  struct buffer *reports = control_reports();
  size_t mark = frame_begin(reports, REPORT_INPUT_CREDIT, process->id);
  write_u32(reports, written);
  frame_end(reports, mark);
  control_flush();
}

static void input_ready(struct watch *watch, uint32_t events) {
  (void)events;
  write_input(watch->owner);
}

struct process *process_make(uint32_t id, struct sandbox *sandbox, unsigned owner, uint64_t limit, int streams[3]) {
  int pipes[3][2];
  for (int i = 0; i < 3; i++) {
    if (!pipe2(pipes[i], O_CLOEXEC)) continue;
    while (i--) close(pipes[i][0]), close(pipes[i][1]);
    return NULL;
  }
  struct process *process = calloc(1, sizeof *process);
  if (!process) abort();
  *process = (struct process){.next = processes, .id = id, .sandbox = sandbox, .credit = WINDOW, .limit = limit};
  processes = process;
  for (int i = 0; i < 3; i++) {
    int ours = pipes[i][i == 0];
    streams[i] = pipes[i][i != 0];
    fcntl(ours, F_SETFL, O_NONBLOCK);
    if (fchown(streams[i], owner, owner)) continue; /* unprivileged: it is the owner already */
  }
  process->input = (struct watch){.fd = pipes[0][1], .ready = input_ready, .owner = process};
  for (int i = 0; i < 2; i++) {
    process->output[i] = (struct watch){.fd = pipes[i + 1][0], .ready = output_ready, .owner = process};
    loop_watch(&process->output[i], EPOLLIN);
  }
  return process;
}

void process_exited(struct process *process, uint32_t status, uint32_t failure) {
  deadline_forget(&process->deadline);
  process->exited = true;
  process->status = status;
  process->failure = failure;
  drain(process);
}

void process_end_all_of(struct sandbox *sandbox) {
  for (struct process *process = processes; process; process = process->next) {
    if (process->sandbox != sandbox) continue;
    if (!process->exited) process->status = SIGKILL;
    process->exited = true;
    if (process->id) report_exit(process);
    release(process);
    process->sandbox = NULL;
  }
}

static void resume(struct process *process) {
  if (!process->id || !process->credit) return;
  if (process->exited) return drain(process);
  for (int i = 0; i < 2; i++)
    if (!process->output[i].watched) loop_watch(&process->output[i], EPOLLIN);
}

void process_resume_all(void) { resume_wanted = true; }

void process_sweep(void) {
  if (resume_wanted) {
    resume_wanted = false;
    for (struct process *process = processes; process; process = process->next) resume(process);
  }
  for (struct process **link = &processes; *link;) {
    struct process *process = *link;
    if (!process->gone) {
      link = &process->next;
      continue;
    }
    *link = process->next;
    free(process);
  }
}

void process_input(uint32_t id, struct reader payload) {
  uint32_t length;
  const uint8_t *bytes = read_bytes(&payload, &length);
  if (!read_complete(&payload)) control_broken("malformed input");
  struct process *process = process_find(id);
  if (!process) return; /* it ended meanwhile */
  if (buffer_length(&process->pending_input) + length > WINDOW) control_broken("more input than it had credit for");
  if (!length) process->input_ends = true;
  buffer_append(&process->pending_input, bytes, length);
  write_input(process);
}

void process_credit(uint32_t id, struct reader payload) {
  uint32_t credit = read_u32(&payload);
  if (!read_complete(&payload) || credit > WINDOW) control_broken("malformed credit");
  struct process *process = process_find(id);
  if (!process) return;
  if (process->credit + credit > WINDOW) control_broken("more credit than it owed");
  process->credit += credit;
  resume(process);
}

void process_signal(uint32_t id, struct reader payload) {
  uint32_t number = read_u32(&payload);
  if (!read_complete(&payload) || number < 1 || number > 31) control_broken("a malformed signal");
  struct process *process = process_find(id);
  if (process) kill_process(process, (int)number);
}
