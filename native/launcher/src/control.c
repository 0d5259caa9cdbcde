#define _GNU_SOURCE
#include "control.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "caller/caller.h"
#include "job.h"
#include "loop.h"
#include "process.h"
#include "renewal.h"
#include "sandbox.h"

enum { FULL = 4 * 1024 * 1024 };

static struct watch stream = {.fd = -1};
static struct buffer requests, reports;
static void (*on_end)(void);

void control_broken(const char *what) {
  fprintf(stderr, "clawhold-launcher: the supervisor sent %s; ending all sandboxes\n", what);
  exit(76);
}

static void obey(const struct frame *frame) {
  struct reader payload = frame->payload;
  switch (frame->type) {
    case REQUEST_START:
      return sandbox_start(frame->id, payload);
    case REQUEST_EXECUTE:
      return sandbox_execute(frame->id, payload);
    case REQUEST_JOB:
      return job_start(frame->id, payload);
    case REQUEST_INPUT:
      return process_input(frame->id, payload);
    case REQUEST_CREDIT:
      return process_credit(frame->id, payload);
    case REQUEST_SIGNAL:
      return process_signal(frame->id, payload);
    case REQUEST_FREEZE:
      return sandbox_freeze(frame->id, payload);
    case REQUEST_THAW:
      return sandbox_thaw(frame->id, payload);
    case REQUEST_KILL:
      return sandbox_kill(frame->id, payload);
    case REQUEST_INSPECT:
      return sandbox_inspect(frame->id, payload);
    case REQUEST_RENEW:
      return renewal_start(frame->id, payload);
    case REQUEST_CALLER:
      return caller_start(frame->id, payload);
    default:
      control_broken("a request of an unknown type");
  }
}

static void receive(void) {
  ssize_t length = read(stream.fd, buffer_reserve(&requests, CHUNK), CHUNK);
  if (length < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (length <= 0) {
    loop_close(&stream);
    return on_end();
  }
  requests.end += (size_t)length;
  struct frame frame;
  enum frame_state state;
  while (stream.fd >= 0 && (state = frame_next(&requests, LONGEST_FRAME, &frame)) != FRAME_PARTIAL) {
    if (state == FRAME_MALFORMED) control_broken("a malformed frame");
    obey(&frame);
    frame_drop(&requests);
  }
}

void control_flush(void) {
  bool was_full = control_is_full();
  while (stream.fd >= 0 && buffer_length(&reports)) {
    ssize_t length = send(stream.fd, buffer_bytes(&reports), buffer_length(&reports), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (length < 0 && errno == EINTR) continue;
    if (length < 0) break; /* EAGAIN: later; anything else shows as the end of the stream */
    buffer_consume(&reports, (size_t)length);
  }
  loop_watch(&stream, EPOLLIN | (buffer_length(&reports) ? EPOLLOUT : 0));
  if (was_full && !control_is_full()) process_resume_all();
}

static void ready(struct watch *watch, uint32_t events) {
  (void)watch;
  if (events & EPOLLOUT) control_flush();
  if (events & (EPOLLIN | EPOLLHUP | EPOLLERR) && stream.fd >= 0) receive();
}

void control_open(int descriptor, void (*ended)(void)) {
  stream = (struct watch){.fd = descriptor, .ready = ready};
  on_end = ended;
  fcntl(descriptor, F_SETFL, O_NONBLOCK);
  fcntl(descriptor, F_SETFD, FD_CLOEXEC);
  loop_watch(&stream, EPOLLIN);
}

struct buffer *control_reports(void) { return &reports; }

bool control_is_full(void) { return buffer_length(&reports) > FULL; }

void control_report_done(uint32_t id) {
  frame_end(&reports, frame_begin(&reports, REPORT_DONE, id));
  control_flush();
}

void control_report_failed(uint32_t id, const char *code, const char *message, const char *hint) {
  size_t mark = frame_begin(&reports, REPORT_FAILED, id);
  write_text(&reports, code);
  write_text(&reports, message);
  write_text(&reports, hint);
  frame_end(&reports, mark);
  control_flush();
}
