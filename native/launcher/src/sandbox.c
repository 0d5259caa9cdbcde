#define _GNU_SOURCE
#include "sandbox.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "birth.h"
#include "clock.h"
#include "container/engine.h"
#include "control.h"
#include "first.h"
#include "kernel.h"
#include "layers/identity.h"
#include "process.h"
#include "refused/refused.h"
#include "renewal.h"
#include "request.h"
#include "setup.h"
#include "spare.h"

enum { FREEZE_PATIENCE = 3000, REMOVE_PATIENCE = 3000 };

static struct sandbox *sandboxes;

struct sandbox *sandbox_find(uint32_t id) {
  for (struct sandbox *sandbox = sandboxes; sandbox; sandbox = sandbox->next)
    if (sandbox->id == id && sandbox->state != SANDBOX_ENDED) return sandbox;
  return NULL;
}

struct sandbox *sandbox_list(void) { return sandboxes; }

void sandbox_open(void) { spare_open(); }

static void send_order(struct sandbox *sandbox, struct buffer bytes, const int *streams) {
  orders_add(&sandbox->orders, bytes, streams);
  bool sent = orders_flush(&sandbox->orders, sandbox->channel.fd);
  loop_watch(&sandbox->channel, EPOLLIN | (sent ? 0 : EPOLLOUT));
}

static void send_simple_order(struct sandbox *sandbox, uint8_t type, uint32_t id, uint32_t number) {
  struct buffer bytes = {0};
  if (sandbox->channel.fd < 0) return;
  size_t mark = frame_begin(&bytes, type, id);
  if (type == ORDER_SIGNAL) write_u32(&bytes, number);
  frame_end(&bytes, mark);
  send_order(sandbox, bytes, NULL);
}

void sandbox_order(struct sandbox *sandbox, uint8_t type) { send_simple_order(sandbox, type, 0, 0); }

void sandbox_signal(struct sandbox *sandbox, uint32_t process, int number) {
  send_simple_order(sandbox, ORDER_SIGNAL, process, (uint32_t)number);
}

static void frozen(struct sandbox *sandbox) {
  sandbox->state = SANDBOX_FROZEN;
  process_stand_still(sandbox);
  control_report_done(sandbox->freeze_request);
  sandbox->freeze_request = 0;
}

/* What the first process says is hostile: one wrong word and the sandbox ends. */
static void answered(struct sandbox *sandbox, const struct frame *frame) {
  struct reader payload = frame->payload;
  uint32_t first = read_u32(&payload), second = read_u32(&payload);
  struct process *process = process_find(frame->id);
  if (!read_complete(&payload)) return sandbox_end(sandbox, "its first process broke the protocol");
  if (frame->type == ANSWER_EXITED && process && process->sandbox == sandbox && !process->exited)
    return process_exited(process, first, second);
  if (frame->type == ANSWER_LOOKED && sandbox->renewal.request && !sandbox->renewal.process && sandbox->state == SANDBOX_RUNNING)
    return renewal_looked(sandbox, first);
  if (frame->type == ANSWER_RENEWED && sandbox->renewal.request && !sandbox->renewal.process) return renewal_done(sandbox);
  if (frame->type == ANSWER_STOPPED && sandbox->state == SANDBOX_FREEZING) {
    if (!first) return sandbox_end(sandbox, "it could not be frozen");
    frozen(sandbox);
    return;
  }
  sandbox_end(sandbox, "its first process broke the protocol");
}

static void channel_ready(struct watch *watch, uint32_t events) {
  struct sandbox *sandbox = watch->owner;
  if (events & EPOLLOUT && orders_flush(&sandbox->orders, watch->fd)) loop_watch(watch, EPOLLIN);
  if (!(events & (EPOLLIN | EPOLLHUP | EPOLLERR))) return;
  /* read, not recvmsg: descriptors that a sandbox might send are dropped by the kernel. */
  ssize_t length = read(watch->fd, buffer_reserve(&sandbox->inbox, 4096), 4096);
  if (length < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (length <= 0) {
    loop_close(watch);
    return sandbox_end(sandbox, "its first process ended");
  }
  sandbox->inbox.end += (size_t)length;
  struct frame frame;
  enum frame_state state;
  while ((state = frame_next(&sandbox->inbox, 64, &frame)) == FRAME_WHOLE) {
    answered(sandbox, &frame);
    frame_drop(&sandbox->inbox);
  }
  if (state == FRAME_MALFORMED) sandbox_end(sandbox, "its first process broke the protocol");
}

static void life_over(struct watch *watch, uint32_t events) {
  (void)events;
  struct sandbox *sandbox = watch->owner;
  loop_close(watch);
  sandbox_reaped(sandbox->first);
}

void sandbox_start(uint32_t id, struct reader payload) {
  struct start_request request;
  if (!request_decode(payload, &request) || !id || sandbox_find(id)) control_broken("a malformed request for a sandbox");
  struct spare spare = spare_take();
  size_t length = (size_t)(payload.end - payload.at);
  /* A starter that cannot be written to has failed meanwhile: what it said about that is read like any other. */
  if (!spare.starter || length > SETUP_LONGEST || (send(spare.setup, payload.at, length, MSG_NOSIGNAL) < 0 && errno != EPIPE)) {
    if (spare.starter) close(spare.setup), close(spare.channel);
    return control_report_failed(id, "sandbox_busy", "The launcher could not make another process for a sandbox.",
                                 "End some sandboxes, or raise the limits of processes and open files.");
  }
  struct sandbox *sandbox = calloc(1, sizeof *sandbox);
  if (!sandbox) abort();
  *sandbox = (struct sandbox){
      .next = sandboxes,
      .id = id,
      .starter = spare.starter,
      .user = identity_privileged() ? request.host_id : getuid(),
      .group = identity_privileged() ? request.host_id : getgid(),
      .listeners = request.listener_count,
      .seconds = request.limits.seconds,
      .diagnosis = -1,
      .spaces = {-1, -1},
      .refused = {.fd = -1, .ready = refused_ready, .owner = sandbox},
      .cgroup = {.serial = spare.serial},
      .drift = {.mounts = {.fd = -1}},
      .life = {.fd = -1, .ready = life_over, .owner = sandbox},
      .setup = {.fd = spare.setup, .ready = birth_ready, .owner = sandbox},
      .channel = {.fd = spare.channel, .ready = channel_ready, .owner = sandbox},
  };
  sandboxes = sandbox;
  loop_watch(&sandbox->setup, EPOLLIN);
}

static struct sandbox *running(uint32_t id, uint32_t sandbox_id) {
  struct sandbox *sandbox = sandbox_find(sandbox_id);
  bool renewing = sandbox && sandbox->renewal.request;
  if (renewing) {
    control_report_failed(id, "sandbox_busy", "The task folder of the sandbox is being mounted anew.", "Try again in a moment.");
    return NULL;
  }
  if (sandbox && (sandbox->state == SANDBOX_RUNNING || sandbox->state == SANDBOX_FROZEN)) return sandbox;
  control_report_failed(id, "sandbox_not_running", "The sandbox is not running.", "Start a new one.");
  return NULL;
}

void sandbox_execute(uint32_t id, struct reader payload) {
  uint32_t sandbox_id = read_u32(&payload);
  uint64_t limit = read_u64(&payload), milliseconds = read_u64(&payload);
  if (payload.bad || !id || process_find(id)) control_broken("a malformed request for a command");
  struct sandbox *sandbox = running(id, sandbox_id);
  if (!sandbox) return;
  int streams[3];
  struct process *process =
      sandbox->orders.count < MOST_ORDERS ? process_make(id, sandbox, sandbox->user, limit, streams) : NULL;
  if (!process)
    return control_report_failed(id, "sandbox_busy", "Too many commands wait in this sandbox.", "Wait for some to end.");
  process_limit_time(process, milliseconds);
  if (sandbox->state == SANDBOX_FROZEN) process_stand_still(sandbox);
  struct buffer bytes = {0};
  size_t mark = frame_begin(&bytes, ORDER_EXECUTE, id);
  buffer_append(&bytes, payload.at, (size_t)(payload.end - payload.at));
  frame_end(&bytes, mark);
  send_order(sandbox, bytes, streams);
}

void sandbox_freeze(uint32_t id, struct reader payload) {
  struct sandbox *sandbox = running(id, read_u32(&payload));
  if (!sandbox) return;
  if (sandbox->state == SANDBOX_FROZEN) return control_report_done(id);
  sandbox->state = SANDBOX_FREEZING;
  sandbox->freeze_request = id;
  sandbox->patience = FREEZE_PATIENCE;
  if (!sandbox->cgroup.holds[CGROUP_FREEZER]) send_simple_order(sandbox, ORDER_STOP_ALL, 0, 0);
  else if (!cgroup_freeze(&sandbox->cgroup, true)) return sandbox_end(sandbox, "it could not be frozen");
  clock_start();
  sandbox_tick();
}

void sandbox_thaw(uint32_t id, struct reader payload) {
  struct sandbox *sandbox = running(id, read_u32(&payload));
  if (!sandbox) return;
  if (sandbox->state == SANDBOX_FROZEN) {
    if (!sandbox->cgroup.holds[CGROUP_FREEZER]) send_simple_order(sandbox, ORDER_CONTINUE_ALL, 0, 0);
    else if (!cgroup_freeze(&sandbox->cgroup, false)) return sandbox_end(sandbox, "it could not be thawed");
    sandbox->state = SANDBOX_RUNNING;
    process_go_on(sandbox);
  }
  control_report_done(id);
}

void sandbox_kill(uint32_t id, struct reader payload) {
  struct sandbox *sandbox = sandbox_find(read_u32(&payload));
  if (!sandbox || sandbox->kill_request) return control_report_done(id);
  sandbox->kill_request = id;
  sandbox_end(sandbox, "it was ended");
}

void sandbox_inspect(uint32_t id, struct reader payload) {
  struct sandbox *sandbox = sandbox_find(read_u32(&payload));
  if (!sandbox)
    return control_report_failed(id, "sandbox_not_running", "The sandbox is not running.", "Start a new one.");
  struct buffer *reports = control_reports();
  size_t mark = frame_begin(reports, REPORT_INSPECTED, id);
  write_u8(reports, (uint8_t)sandbox->state);
  write_u64(reports, cgroup_memory(&sandbox->cgroup));
  write_u64(reports, cgroup_processes(&sandbox->cgroup));
  frame_end(reports, mark);
  control_flush();
}

void sandbox_kill_first(struct sandbox *sandbox) {
  if (sandbox->life.fd >= 0) kernel_signal_process(sandbox->life.fd, SIGKILL);
  else kill(sandbox->first, SIGKILL);
}

void sandbox_end(struct sandbox *sandbox, const char *cause) {
  if (sandbox->state >= SANDBOX_ENDING) return;
  sandbox->state = SANDBOX_ENDING;
  sandbox->cause = cause;
  if (sandbox->starter) kill(sandbox->starter, engine_is_used() ? SIGTERM : SIGKILL);
  /* The first process takes its whole pid namespace along; the kernel reports its death after theirs. */
  if (sandbox->first) sandbox_kill_first(sandbox);
  /* A version 1 freezer holds even SIGKILL back. */
  if (sandbox->cgroup.holds[CGROUP_FREEZER]) cgroup_freeze(&sandbox->cgroup, false);
  /* Neither is half of a renewal left to work on its files. */
  if (sandbox->renewal.process) kill(sandbox->renewal.process, SIGKILL);
  if (!sandbox->starter && !sandbox->first) sandbox_reaped(0);
}

void sandbox_drifted(struct sandbox *sandbox, const char *change) {
  if (sandbox->state >= SANDBOX_ENDING) return;
  sandbox->ending = ENDING_DRIFT;
  sandbox_end(sandbox, change);
}

static void lived_long_enough(void *owner) {
  struct sandbox *sandbox = owner;
  if (sandbox->state >= SANDBOX_ENDING) return;
  sandbox->ending = ENDING_TIME;
  sandbox_end(sandbox, "it had run for as long as a sandbox may");
}

void sandbox_begin_life(struct sandbox *sandbox) {
  deadline_set(&sandbox->lifetime, (uint64_t)sandbox->seconds * 1000, lived_long_enough, sandbox);
}

static void bury(struct sandbox *sandbox) {
  sandbox->state = SANDBOX_ENDED;
  deadline_forget(&sandbox->lifetime);
  loop_close(&sandbox->setup);
  loop_close(&sandbox->channel);
  loop_close(&sandbox->life);
  if (sandbox->refused.fd >= 0) refused_ready(&sandbox->refused, EPOLLIN); /* what it sent last */
  /* They would keep the network namespace alive. */
  loop_close(&sandbox->refused);
  if (sandbox->diagnosis >= 0) close(sandbox->diagnosis);
  sandbox->diagnosis = -1;
  if (sandbox->spaces.user >= 0) close(sandbox->spaces.user);
  if (sandbox->spaces.mounts >= 0) close(sandbox->spaces.mounts);
  renewal_abandon(sandbox);
  drift_end(sandbox);
  buffer_free(&sandbox->inbox);
  buffer_free(&sandbox->namespaces);
  orders_clear(&sandbox->orders);
  process_end_all_of(sandbox);
  struct buffer *reports = control_reports();
  size_t mark = frame_begin(reports, REPORT_ENDED, sandbox->id);
  write_text(reports, sandbox->cause);
  write_u8(reports, (uint8_t)sandbox->ending);
  frame_end(reports, mark);
  if (sandbox->freeze_request)
    control_report_failed(sandbox->freeze_request, "sandbox_not_running", "The sandbox ended before it stood still.",
                          "Start a new one.");
  if (sandbox->kill_request) control_report_done(sandbox->kill_request);
  control_flush();
  sandbox->patience = REMOVE_PATIENCE;
  clock_start();
}

bool sandbox_reaped(pid_t process) {
  /* The death of a first process may be known before the message that tells its pid was read. */
  for (struct sandbox *sandbox = sandboxes; process && sandbox; sandbox = sandbox->next)
    if (sandbox->setup.fd >= 0) birth_read(sandbox);
  for (struct sandbox *sandbox = sandboxes; sandbox; sandbox = sandbox->next) {
    if (sandbox->state == SANDBOX_ENDED) continue;
    if (process && sandbox->starter == process) {
      sandbox->starter = 0;
      /* It ends after its work is done, or after it said why not, or because it was killed. */
      birth_read(sandbox);
      if (!sandbox->first || engine_is_used()) sandbox_end(sandbox, "its starter ended");
    } else if (process && sandbox->first == process) {
      sandbox->first = 0;
      birth_read(sandbox);
      /* Of a machine another process speaks, and it may just be saying why the start failed: its words or its end come. */
      if (sandbox->setup.fd < 0 || !engine_needs_kernel()) sandbox_end(sandbox, "its first process ended");
    } else if (process) {
      continue;
    }
    bool is_over = !sandbox->starter && !sandbox->first && !sandbox->renewal.process;
    if (sandbox->state == SANDBOX_ENDING && is_over) bury(sandbox);
    if (process) return true;
  }
  return false;
}

void sandbox_tick(void) {
  bool wait = spare_tick();
  for (struct sandbox **link = &sandboxes; *link;) {
    struct sandbox *sandbox = *link;
    if (sandbox->state == SANDBOX_FREEZING && sandbox->cgroup.holds[CGROUP_FREEZER] && cgroup_frozen(&sandbox->cgroup))
      frozen(sandbox);
    if (sandbox->state == SANDBOX_FREEZING && !sandbox->patience--) sandbox_end(sandbox, "it could not be frozen");
    if (sandbox->state == SANDBOX_ENDED && (cgroup_remove(&sandbox->cgroup) || !sandbox->patience--)) {
      *link = sandbox->next;
      free(sandbox);
      continue;
    }
    wait |= sandbox->state == SANDBOX_FREEZING || sandbox->state == SANDBOX_ENDED;
    link = &sandbox->next;
  }
  if (!wait) clock_stop();
}
