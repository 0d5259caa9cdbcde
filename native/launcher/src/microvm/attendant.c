#define _GNU_SOURCE
#include "microvm/attendant.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "container/engine.h"
#include "kernel.h"
#include "layers/privileges.h"
#include "layers/seccomp/seccomp.h"
#include "loop.h"
#include "microvm/answers.h"
#include "microvm/errands.h"
#include "microvm/flow.h"
#include "microvm/machine.h"
#include "microvm/port.h"
#include "setup.h"

enum { MOST_STREAMS = 6, STREAMS = 3 };

static struct watch channel = {.fd = -1};
static struct buffer orders, answers;
/* Descriptors that came with orders not yet passed on, in the order of those orders: see first.c. */
static int descriptors[MOST_STREAMS];
static unsigned descriptor_count;

static void keep_descriptors(struct msghdr *header) {
  for (struct cmsghdr *rights = CMSG_FIRSTHDR(header); rights; rights = CMSG_NXTHDR(header, rights)) {
    unsigned count = (unsigned)((rights->cmsg_len - CMSG_LEN(0)) / sizeof(int));
    if (rights->cmsg_type != SCM_RIGHTS) continue;
    if (descriptor_count + count > MOST_STREAMS) _exit(72);
    memcpy(descriptors + descriptor_count, CMSG_DATA(rights), count * sizeof(int));
    descriptor_count += count;
  }
}

static void say_order(uint8_t word, uint32_t id) {
  uint32_t length;
  struct reader reader = {.at = buffer_bytes(&orders), .end = buffer_bytes(&orders) + buffer_length(&orders)};
  length = read_u32(&reader) + (uint32_t)sizeof length;
  size_t mark = frame_begin(port_frames(), word, id);
  buffer_append(port_frames(), buffer_bytes(&orders), length);
  frame_end(port_frames(), mark);
}

static void pass_order(const struct frame *order) {
  if (order->type != ORDER_EXECUTE) return say_order(PORT_ORDER, 0);
  if (descriptor_count < STREAMS) _exit(72);
  flow_read_from(order->id, FLOW_INPUT, descriptors[0]);
  flow_write_to(order->id, FLOW_OUTPUT, descriptors[1]);
  flow_write_to(order->id, FLOW_ERRORS, descriptors[2]);
  descriptor_count -= STREAMS;
  memmove(descriptors, descriptors + STREAMS, descriptor_count * sizeof *descriptors);
  say_order(PORT_EXECUTE, order->id);
}

static void say_answers(void) {
  while (buffer_length(&answers)) {
    ssize_t length = send(channel.fd, buffer_bytes(&answers), buffer_length(&answers), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (length < 0 && errno == EINTR) continue;
    if (length < 0 && errno == EAGAIN) break;
    if (length < 0) _exit(0);
    buffer_consume(&answers, (size_t)length);
  }
  loop_watch(&channel, EPOLLIN | (buffer_length(&answers) ? EPOLLOUT : 0));
}

static void hear_orders(struct watch *watch, uint32_t events) {
  union {
    char bytes[CMSG_SPACE(STREAMS * sizeof(int))];
    struct cmsghdr align;
  } control;
  struct iovec content = {buffer_reserve(&orders, CHUNK), CHUNK};
  struct msghdr header = {
      .msg_iov = &content, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control.bytes};
  if (events & EPOLLOUT) say_answers();
  ssize_t length = recvmsg(watch->fd, &header, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
  if (length < 0 && (errno == EINTR || errno == EAGAIN)) return;
  if (length <= 0) _exit(0); /* the launcher is gone, or wants no more of this sandbox */
  keep_descriptors(&header);
  orders.end += (size_t)length;
  struct frame order;
  enum frame_state state;
  while ((state = frame_next(&orders, LONGEST_FRAME, &order)) == FRAME_WHOLE) {
    pass_order(&order);
    frame_drop(&orders);
  }
  if (state == FRAME_MALFORMED) _exit(72);
  port_flush();
}

static bool settled(uint32_t command) { return flow_settled(command, FLOW_OUTPUT) && flow_settled(command, FLOW_ERRORS); }

static void pass_answer(const uint8_t *bytes, size_t length) {
  buffer_append(&answers, bytes, length);
  say_answers();
}

/* The launcher believes no answer; this only keeps it from one that comes in pieces. */
static bool take_answer(struct reader payload) {
  struct buffer bytes = {.memory = (uint8_t *)payload.at, .end = (size_t)(payload.end - payload.at)};
  struct frame answer;
  if (frame_next(&bytes, 64, &answer) != FRAME_WHOLE || answer.payload.end != payload.end) return false;
  answers_add(&answer, buffer_bytes(&bytes), buffer_length(&bytes));
  return true;
}

/* Of what is said of a start only the two ends of it: descriptors come from the workshop alone. */
static bool pass_setup(struct reader payload) {
  struct buffer message = {.memory = (uint8_t *)payload.at, .end = (size_t)(payload.end - payload.at)};
  if (payload.at == payload.end || (*payload.at != SETUP_READY && *payload.at != SETUP_FAILED) || setup_socket() < 0) return false;
  setup_send(&message, -1);
  setup_close();
  return true;
}

static void obey(const struct frame *frame) {
  bool good = frame->type == PORT_ANSWER   ? take_answer(frame->payload)
              : frame->type == PORT_SETUP ? pass_setup(frame->payload)
                                          : flow_obey(frame) || errands_obey(frame);
  if (!good) _exit(72);
}

/* What the machine says is hostile: whoever hears it has no right that is not needed, and the filter of a sandbox. */
static void lock_down(void) {
  setup_need(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0), "hide itself");
  privileges_forbid_new();
  seccomp_restrict(0, false);
  privileges_drop_all();
}

static void forward_handover(const char *canary) {
  static uint8_t packet[SETUP_LONGEST * 2];
  ssize_t length = recv(ENGINE_LINK_AT, packet, sizeof packet, 0);
  if (length <= 0) _exit(0);
  machine_go_on();
  size_t mark = frame_begin(port_frames(), PORT_HANDOVER, 0);
  write_text(port_frames(), canary);
  buffer_append(port_frames(), packet, (size_t)length);
  frame_end(port_frames(), mark);
  close(ENGINE_LINK_AT);
}

/* That it ended, its line says. */
static void reap_machine(int number) {
  (void)number;
  while (waitpid(-1, NULL, WNOHANG) > 0) continue;
}

/* Before it is ready the launcher waits for a sentence; afterwards the end says all. */
static void machine_ended(void) {
  if (setup_socket() >= 0)
    setup_fail("sandbox_engine_failed", "Look whether qemu-system-x86_64 runs on this machine, and whether its memory suffices.",
               "microvm could not make the sandbox: its machine ended before it was ready.");
  _exit(0);
}

/* Each connection takes two. */
static void raise_descriptors(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit)) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

void attendant_run(const struct start_request *request, const char *canary) {
  setup_open(ENGINE_SETUP_AT);
  fcntl(ENGINE_SETUP_AT, F_SETFD, FD_CLOEXEC), fcntl(ENGINE_CHANNEL_AT, F_SETFD, FD_CLOEXEC);
  int line = machine_begin(request);
  signal(SIGCHLD, reap_machine);
  signal(SIGPIPE, SIG_IGN);
  loop_open();
  port_open(line, obey, machine_ended);
  answers_open(settled, pass_answer);
  forward_handover(canary);
  channel = (struct watch){.fd = ENGINE_CHANNEL_AT, .ready = hear_orders};
  loop_watch(&channel, EPOLLIN);
  raise_descriptors();
  lock_down();
  port_flush();
  for (;;) {
    loop_once();
    flow_sweep();
  }
}
