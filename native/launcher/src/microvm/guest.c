#define _GNU_SOURCE
#include "microvm/guest.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "loop.h"
#include "microvm/answers.h"
#include "microvm/doors.h"
#include "microvm/flow.h"
#include "microvm/inmate.h"
#include "microvm/kernel_image.h"
#include "microvm/port.h"
#include "orders.h"
#include "setup.h"

#define PORT "/dev/vport0p1"
#define SHARING "trans=virtio,version=9p2000.L,msize=524288,cache="

static struct inmate inmate;
static struct watch channel = {.fd = -1}, setup = {.fd = -1}, deaths = {.fd = -1};
static struct orders orders;
static struct buffer answers;

/* On the console, which the attendant's starter reads when a start fails. */
static void need(long result, const char *what) {
  if (result >= 0) return;
  printf("the machine could not %s: %m\n", what);
  fflush(stdout);
  _exit(1);
}

static void load_modules(void) {
  char name[16];
  for (unsigned i = 0;; i++) {
    snprintf(name, sizeof name, KERNEL_IMAGE_MODULE, i);
    int module = open(name, O_RDONLY | O_CLOEXEC);
    if (module < 0) return;
    /* What it is missed for says so. */
    (void)syscall(SYS_finit_module, module, "", 0);
    close(module);
    unlink(name);
  }
}

/* Below the first root of a kernel nothing can be pivoted. */
static void leave_first_root(void) {
  mkdir("/root", 0755);
  need(mount("tmpfs", "/root", "tmpfs", MS_NOSUID, "mode=0755,size=4m"), "make a root");
  need(chdir("/root"), "enter its root");
  need(mount(".", "/", NULL, MS_MOVE, NULL), "make a root");
  need(chroot("."), "enter its root");
}

static void mount_all(void) {
  mkdir("/proc", 0755), mkdir("/dev", 0755), mkdir(GUEST_ROOT, 0755);
  need(mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL), "see its processes");
  need(mount("dev", "/dev", "devtmpfs", MS_NOSUID | MS_NOEXEC, NULL), "see its devices");
  /* Landlock knows files by their inodes, which this file system makes anew at each look unless it keeps them. */
  need(mount("root", GUEST_ROOT, "9p", MS_NOSUID, SHARING "loose"), "see the root of its sandbox");
  /* Written through, so that the host sees what it holds; of the root nothing is written (engine_check). */
  need(mount("task", GUEST_ROOT "/task", "9p", MS_NOSUID | MS_NODEV, SHARING "mmap"), "see its task folder");
}

/* Nobody is there who wants this machine. */
static void end(void) { _exit(0); }

static void begin_sandbox(struct reader handover);

static void give_streams(uint32_t command, struct buffer order) {
  int pipes[3][2], streams[3];
  for (int i = 0; i < 3; i++) need(pipe2(pipes[i], O_CLOEXEC), "make a pipe");
  for (int i = 0; i < 3; i++) {
    streams[i] = pipes[i][i != 0];
    need(fchown(streams[i], INMATE_USER, INMATE_USER), "give a pipe away");
  }
  flow_write_to(command, FLOW_INPUT, pipes[0][1]);
  flow_read_from(command, FLOW_OUTPUT, pipes[1][0]);
  flow_read_from(command, FLOW_ERRORS, pipes[2][0]);
  orders_add(&orders, order, streams);
}

static void pass_orders(void) {
  bool sent = orders_flush(&orders, channel.fd);
  loop_watch(&channel, EPOLLIN | (sent ? 0 : EPOLLOUT));
}

static void pass_order(const struct frame *frame) {
  struct buffer order = {0};
  buffer_append(&order, frame->payload.at, (size_t)(frame->payload.end - frame->payload.at));
  if (frame->type == PORT_EXECUTE) give_streams(frame->id, order);
  else orders_add(&orders, order, NULL);
  pass_orders();
}

static void obey(const struct frame *frame) {
  if (frame->type == PORT_HANDOVER) begin_sandbox(frame->payload);
  else if (frame->type == PORT_ORDER || frame->type == PORT_EXECUTE) pass_order(frame);
  else if (frame->type == PORT_DATAGRAM) doors_answer(frame->payload);
  else flow_obey(frame);
}

static void pass_answer(const uint8_t *bytes, size_t length) {
  size_t mark = frame_begin(port_frames(), PORT_ANSWER, 0);
  buffer_append(port_frames(), bytes, length);
  frame_end(port_frames(), mark);
}

static bool drained(uint32_t command) { return flow_drained(command, FLOW_OUTPUT) & flow_drained(command, FLOW_ERRORS); }

static void hear_answers(struct watch *watch, uint32_t events) {
  if (events & EPOLLOUT) pass_orders();
  if (!(events & (EPOLLIN | EPOLLHUP | EPOLLERR))) return;
  ssize_t length = read(watch->fd, buffer_reserve(&answers, CHUNK), CHUNK);
  if (length < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (length <= 0) _exit(0);
  answers.end += (size_t)length;
  struct frame frame;
  enum frame_state state;
  while ((state = frame_next(&answers, 64, &frame)) == FRAME_WHOLE) {
    answers_add(&frame, buffer_bytes(&answers), (size_t)(frame.payload.end - buffer_bytes(&answers)));
    frame_drop(&answers);
  }
  if (state == FRAME_MALFORMED) _exit(72);
  port_flush();
}

/* Its listeners stay here; that it is ready, or why not, goes out. */
static void hear_setup(struct watch *watch, uint32_t events) {
  static uint8_t packet[SETUP_LONGEST];
  union {
    char bytes[CMSG_SPACE(sizeof(int))];
    struct cmsghdr align;
  } control;
  struct iovec content = {packet, sizeof packet};
  struct msghdr header = {
      .msg_iov = &content, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control.bytes};
  (void)events;
  ssize_t length = recvmsg(watch->fd, &header, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
  if (length < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (length <= 0) return loop_close(watch);
  struct cmsghdr *rights = CMSG_FIRSTHDR(&header);
  if (rights && rights->cmsg_type == SCM_RIGHTS) {
    int descriptor;
    memcpy(&descriptor, CMSG_DATA(rights), sizeof descriptor);
    return doors_take((struct reader){.at = packet, .end = packet + length}, descriptor);
  }
  size_t mark = frame_begin(port_frames(), PORT_SETUP, 0);
  buffer_append(port_frames(), packet, (size_t)length);
  frame_end(port_frames(), mark);
  port_flush();
}

static void begin_sandbox(struct reader handover) {
  if (inmate.process) return;
  const char *canary = read_text(&handover);
  inmate = inmate_begin(canary, handover.at, (size_t)(handover.end - handover.at));
  channel = (struct watch){.fd = inmate.channel, .ready = hear_answers};
  setup = (struct watch){.fd = inmate.setup, .ready = hear_setup};
  loop_watch(&channel, EPOLLIN);
  loop_watch(&setup, EPOLLIN);
}

/* What its first process said last is read before this machine ends. */
static void reap(struct watch *watch, uint32_t events) {
  struct signalfd_siginfo ignored;
  (void)events;
  if (read(watch->fd, &ignored, sizeof ignored) < 0) return;
  for (pid_t process; (process = waitpid(-1, NULL, WNOHANG)) > 0;) {
    if (process != inmate.process) continue;
    while (setup.fd >= 0) hear_setup(&setup, 0);
    port_flush();
    sleep(1);
    _exit(0);
  }
}

static void watch_deaths(void) {
  sigset_t children;
  sigemptyset(&children);
  sigaddset(&children, SIGCHLD);
  sigprocmask(SIG_BLOCK, &children, NULL);
  signal(SIGPIPE, SIG_IGN);
  deaths = (struct watch){.fd = signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK), .ready = reap};
  loop_watch(&deaths, EPOLLIN);
}

static int open_port(void) {
  int port = -1;
  for (int tries = 0; port < 0 && tries < 1000; tries++) {
    port = open(PORT, O_RDWR | O_CLOEXEC | O_NONBLOCK);
    if (port < 0) usleep(10 * 1000);
  }
  need(port, "find its port");
  return port;
}

void guest_main(void) {
  const struct rlimit descriptors = {65536, 65536};
  umask(022);
  setrlimit(RLIMIT_NOFILE, &descriptors);
  load_modules();
  leave_first_root();
  mount_all();
  loop_open();
  watch_deaths();
  answers_open(drained, pass_answer);
  port_open(open_port(), obey, end);
  for (;;) {
    loop_once();
    flow_sweep();
  }
}
