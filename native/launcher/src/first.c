#define _GNU_SOURCE
#include "first.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "command.h"
#include "first_stop.h"
#include "wire.h"

/* One read may bring the end of one order and the beginning of the next. */
enum { MOST_ARGUMENTS = 16 * 1024, STREAMS = 3, MOST_DESCRIPTORS = 2 * STREAMS };

#ifdef CLAWHOLD_TEST_WITH_HOSTILE_FIRST_PROCESS
enum { HOSTILE_TARGET = 3 };
#endif

static struct {
  uint32_t id;
  pid_t process; /* 0: free */
} commands[MOST_COMMANDS];

/*
 * Why a program could not be run, one place per command, shared with the child until it calls execve: the mapping
 * does not survive execve, so no program of the sandbox ever sees it.
 */
static volatile int *failures;

/* The launcher, which can say why, goes first. */
enum { SECONDS_FOR_LAUNCHER = 5, MOST_SECONDS = 24 * 60 * 60 };

static int channel, deaths;
static time_t end; /* of CLOCK_BOOTTIME; 0: none */
static bool renewing;
/* A command's arguments lie in the inbox when it is forked. */
static struct buffer inbox = {.inherited = true}, outbox;

/* Descriptors that came with orders not yet executed, in the order of those orders. */
static int descriptors[MOST_DESCRIPTORS];
static unsigned descriptor_count;

static void receive_descriptors(struct msghdr *header) {
  for (struct cmsghdr *rights = CMSG_FIRSTHDR(header); rights; rights = CMSG_NXTHDR(header, rights)) {
    if (rights->cmsg_level != SOL_SOCKET || rights->cmsg_type != SCM_RIGHTS) continue;
    unsigned count = (unsigned)((rights->cmsg_len - CMSG_LEN(0)) / sizeof(int));
    for (unsigned i = 0; i < count; i++) {
      int descriptor;
      memcpy(&descriptor, CMSG_DATA(rights) + i * sizeof(int), sizeof descriptor);
      if (descriptor_count == MOST_DESCRIPTORS) _exit(72);
      descriptors[descriptor_count++] = descriptor;
    }
  }
}

static void receive(void) {
  union {
    char bytes[CMSG_SPACE(STREAMS * sizeof(int))];
    struct cmsghdr align;
  } control;
  struct iovec content = {buffer_reserve(&inbox, CHUNK), CHUNK};
  struct msghdr header = {
      .msg_iov = &content, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control.bytes};
  ssize_t length = recvmsg(channel, &header, MSG_CMSG_CLOEXEC);
  if (length < 0 && errno == EINTR) return;
  if (length <= 0) _exit(0); /* the launcher is gone, and with pid 1 goes the sandbox */
  receive_descriptors(&header);
  inbox.end += (size_t)length;
}

static void answer(uint8_t type, uint32_t id, uint32_t first, uint32_t second) {
  size_t mark = frame_begin(&outbox, type, id);
  write_u32(&outbox, first);
  write_u32(&outbox, second);
  frame_end(&outbox, mark);
}

static void flush(void) {
  while (buffer_length(&outbox)) {
    ssize_t length = send(channel, buffer_bytes(&outbox), buffer_length(&outbox), MSG_NOSIGNAL);
    if (length < 0 && errno != EINTR) _exit(0);
    if (length > 0) buffer_consume(&outbox, (size_t)length);
  }
}

static char **read_list(struct reader *payload, uint32_t *count) {
  *count = read_count(payload, MOST_ARGUMENTS);
  char **list = calloc(*count + 1, sizeof *list);
  for (uint32_t i = 0; list && i < *count; i++) list[i] = (char *)read_text(payload);
  return list;
}

static void run(uint32_t id, const char *folder, char **arguments, char **environment) {
  unsigned place = 0;
  while (place < MOST_COMMANDS && commands[place].process) place++;
  if (place == MOST_COMMANDS) return answer(ANSWER_EXITED, id, 0, EAGAIN);
  failures[place] = 0;
  pid_t child = fork();
  if (child < 0) return answer(ANSWER_EXITED, id, 0, (uint32_t)errno);
  if (!child) {
    command_detach(descriptors);
    failures[place] = command_execute(folder, arguments, environment);
    _exit(127);
  }
  commands[place].id = id;
  commands[place].process = child;
}

static void execute(uint32_t id, struct reader payload) {
  uint32_t argument_count, environment_count;
  const char *folder = read_text(&payload);
  char **arguments = read_list(&payload, &argument_count);
  char **environment = read_list(&payload, &environment_count);
  if (!arguments || !environment || !read_complete(&payload) || !argument_count || descriptor_count < STREAMS) _exit(72);
  run(id, folder, arguments, environment);
  for (unsigned i = 0; i < STREAMS; i++) close(descriptors[i]);
  descriptor_count -= STREAMS;
  memmove(descriptors, descriptors + STREAMS, descriptor_count * sizeof *descriptors);
  free(arguments);
  free(environment);
}

static void signal_command(uint32_t id, int number) {
  for (unsigned i = 0; i < MOST_COMMANDS; i++)
    if (commands[i].process && commands[i].id == id) {
      /* Its group exists only after setsid; until then it is the child alone. Never both: a second SIGTERM is "hurry up". */
      if (kill(-commands[i].process, number) != 0) kill(commands[i].process, number);
    }
}

static void reap(void) {
  int status;
  for (pid_t process; (process = waitpid(-1, &status, WNOHANG)) > 0;)
    for (unsigned i = 0; i < MOST_COMMANDS; i++)
      if (commands[i].process == process) {
        commands[i].process = 0;
#ifdef CLAWHOLD_TEST_WITH_HOSTILE_FIRST_PROCESS
        /* Tries to end a command of the sandbox that was started before. */
        commands[i].id = HOSTILE_TARGET;
#endif
        answer(ANSWER_EXITED, commands[i].id, (uint32_t)status, (uint32_t)failures[i]);
      }
}

static time_t seconds_now(void) {
  struct timespec time;
  clock_gettime(CLOCK_BOOTTIME, &time);
  return time.tv_sec;
}

/* For poll, which is asked again at least once a day; ends this process, and its sandbox, when nothing is left. */
static int milliseconds_left(void) {
  if (!end) return -1;
  time_t left = end - seconds_now();
  if (left <= 0) _exit(0);
  return left > MOST_SECONDS ? MOST_SECONDS * 1000 : (int)left * 1000;
}

/* Not even a process that ended and was not waited for yet. */
static bool is_alone(void) { return kill(-1, 0) < 0 && errno == ESRCH; }

static void obey(const struct frame *frame) {
  struct reader payload = frame->payload;
  switch (frame->type) {
    case ORDER_EXECUTE:
      return execute(frame->id, payload);
    case ORDER_SIGNAL:
      return signal_command(frame->id, (int)read_u32(&payload));
    case ORDER_STOP_ALL:
      return answer(ANSWER_STOPPED, 0, first_stop_all(), 0);
    case ORDER_CONTINUE_ALL:
      kill(-1, SIGCONT);
      return;
    case ORDER_LOOK:
      reap();
      return answer(ANSWER_LOOKED, 0, is_alone(), 0);
    case ORDER_RENEW:
      renewing = true;
      return;
    default:
      _exit(72);
  }
}

void first_open(int channel_, uint32_t seconds) {
  channel = channel_;
  if (seconds) end = seconds_now() + seconds + SECONDS_FOR_LAUNCHER;
  failures = mmap(NULL, MOST_COMMANDS * sizeof *failures, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (failures == MAP_FAILED) _exit(72);
  sigset_t children;
  sigemptyset(&children);
  sigaddset(&children, SIGCHLD);
  sigprocmask(SIG_BLOCK, &children, NULL);
  deaths = signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK);
}

void first_serve(void) {
  if (renewing) answer(ANSWER_RENEWED, 0, 0, 0);
  renewing = false;
  struct pollfd waits[] = {{.fd = channel, .events = POLLIN}, {.fd = deaths, .events = POLLIN}};
  while (!renewing) {
    flush();
    if (poll(waits, 2, milliseconds_left()) < 0 && errno != EINTR) _exit(72);
    struct signalfd_siginfo ignored;
    if (waits[1].revents && read(deaths, &ignored, sizeof ignored) > 0) reap();
    if (waits[0].revents) receive();
    struct frame frame;
    enum frame_state state;
    while (!renewing && (state = frame_next(&inbox, LONGEST_FRAME, &frame)) != FRAME_PARTIAL) {
      if (state == FRAME_MALFORMED) _exit(72);
      obey(&frame);
      frame_drop(&inbox);
    }
  }
}
