#define _GNU_SOURCE
#include "container/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "container/engine.h"
#include "container/invitation.h"
#include "container/workshop.h"
#include "furnish.h"
#include "kernel.h"
#include "layers/cgroup_limits.h"
#include "layers/identity.h"
#include "layers/limits.h"
#include "setup.h"
#include "starting.h"

struct engine_process {
  pid_t process;
  int link, complaints; /* what it writes */
  /* Of a service: where its container goes, the link of that, and the container's first process. */
  struct invitation_spaces spaces;
  int workshop, visitor;
};

/* What the engine said last, or how it ended. */
static void say_why(const struct engine_process *engine) {
  char text[512] = "";
  int status = 0;
  /* A workshop that only waits ends. */
  if (engine->workshop >= 0) close(engine->workshop);
  ssize_t length = read(engine->complaints, text, sizeof text - 1);
  waitpid(engine->process, &status, 0);
  if (length <= 0) snprintf(text, sizeof text, "it ended with status %d", WIFEXITED(status) ? WEXITSTATUS(status) : -1);
  text[strcspn(text, "\n")] = 0;
  setup_fail("sandbox_engine_failed",
             "Run `clawhold doctor`, try the engine by itself, or choose another driver: docs/sandbox-drivers.md.",
             "%s could not make the sandbox: %s.", engine_name(), text);
}

/* One message over the link, with what came along; `sender` may be NULL. */
static void hear(const struct engine_process *engine, void *message, size_t size, int *descriptor, pid_t *sender) {
  union {
    char bytes[CMSG_SPACE(sizeof(int)) + CMSG_SPACE(sizeof(struct ucred))];
    struct cmsghdr align;
  } control;
  struct iovec content = {message, size};
  struct msghdr header = {
      .msg_iov = &content, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control.bytes};
  ssize_t length;
  while ((length = recvmsg(engine->link, &header, MSG_CMSG_CLOEXEC)) < 0 && errno == EINTR) continue;
  if (length != (ssize_t)size) say_why(engine);
  for (struct cmsghdr *part = CMSG_FIRSTHDR(&header); part; part = CMSG_NXTHDR(&header, part)) {
    struct ucred credentials;
    if (part->cmsg_type == SCM_RIGHTS) memcpy(descriptor, CMSG_DATA(part), sizeof *descriptor);
    if (part->cmsg_type != SCM_CREDENTIALS || !sender) continue;
    memcpy(&credentials, CMSG_DATA(part), sizeof credentials);
    *sender = credentials.pid;
  }
}

static struct engine_process begin_workshop(const char *canary) {
  struct kernel_clone_arguments arguments = {
      .flags = NAMESPACE_USER | NAMESPACE_MOUNT | NAMESPACE_NETWORK, .exit_signal = SIGCHLD};
  int link[2], complaints[2];
  setup_need(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, link), "make a socket");
  setup_need(pipe2(complaints, O_CLOEXEC), "make a pipe");
  setup_need(setsockopt(link[0], SOL_SOCKET, SO_PASSCRED, &(int){1}, sizeof(int)), "know who speaks");
  pid_t process = kernel_clone3(&arguments);
  if (process < 0) identity_refused();
  if (!process) {
    /* Until its user is another one, which clears this. */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(complaints[1], 1), dup2(complaints[1], 2);
    int own = fcntl(link[1], F_DUPFD_CLOEXEC, 64);
    setup_need(dup3(own, ENGINE_LINK_AT, O_CLOEXEC), "keep a socket");
    kernel_close_range(ENGINE_LINK_AT + 1, ~0u);
    workshop_run(canary);
  }
  close(link[1]), close(complaints[1]);
  return (struct engine_process){.process = process, .link = link[0], .complaints = complaints[0], .workshop = -1, .visitor = -1};
}

/* Asks a service for a container; what it says to that is in the pipe. */
static void call_service(struct engine_process *caller, const struct start_request *request, const char *invitation) {
  int complaints[2];
  setup_need(pipe2(complaints, O_CLOEXEC), "make a pipe");
  caller->process = setup_need(fork(), "make a process");
  if (!caller->process) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(complaints[1], 1), dup2(complaints[1], 2);
    engine_call(request, invitation);
  }
  close(complaints[1]);
  caller->complaints = complaints[0];
}

/* Lets the container of a service into the workshop, whose link it takes over. */
static void receive_visitor(struct engine_process *engine, const struct start_request *request, const char *canary) {
  bool called = engine_has_command();
  struct invitation invitation = called ? invitation_make() : invitation_call(request->visitor);
  struct engine_process visited = *engine;
  if (called) call_service(&visited, request, invitation.folder);
  visited.link = invitation_await(&invitation, (const int[]){called ? visited.complaints : -1, engine->link});
  if (visited.link < 0) say_why(&visited);
  const struct invitation_spaces *spaces = &engine->spaces;
  const int descriptors[VISIT_DESCRIPTORS] = {STARTING_SETUP_AT, STARTING_CHANNEL_AT, spaces->user, spaces->mounts,
                                              spaces->network};
  visited.visitor = invitation_hand_over(visited.link, descriptors, canary, request->name);
  visited.workshop = engine->link;
  close(spaces->user), close(spaces->mounts), close(spaces->network);
  *engine = visited;
}

/* What lives as long as the container: an engine, or the visitor's first process. */
static volatile pid_t to_end;
static volatile int visitor_to_end = -1;

static void end_engine(int number) {
  (void)number;
  if (visitor_to_end < 0) kill(to_end, SIGKILL);
  else kernel_signal_process(visitor_to_end, SIGKILL);
}

static void stay(const struct engine_process *engine) {
  struct pollfd life = {.fd = engine->visitor, .events = POLLIN};
  /* Nobody reads any more what a service's command could say. */
  if (engine->visitor >= 0) kill(engine->process, SIGKILL);
  while (waitpid(engine->process, NULL, 0) < 0 && errno == EINTR) continue;
  while (engine->visitor >= 0 && poll(&life, 1, -1) < 0 && errno == EINTR) continue;
}

static void give_identity(pid_t process, const struct start_request *request) {
  struct identity_map map = identity_map_open(process);
  bool privileged = identity_privileged();
  identity_map_write(&map, 0, privileged ? request->host_id : geteuid(), privileged ? request->host_id : getegid());
}

void keeper_run(int setup, int channel, unsigned serial, const char *canary) {
  static uint8_t packet[SETUP_LONGEST];
  static struct handover handover;
  static struct workshop_report report;
  starting_begin_afresh(setup, channel);
  setup_open(STARTING_SETUP_AT);
  limits_go_first();
  size_t length = starting_receive_request(&handover, packet);
  const struct start_request *request = &handover.request;
  starting_look_for_secrets(&handover);
  if (identity_privileged()) {
    setup_need(setgroups(0, NULL), "leave the launcher's groups");
    struct overlay_tables tables = {identity_table_open(), identity_table_open()};
    handover.opened = true;
    furnish_take(&handover, &tables);
  }
  struct engine_process engine = begin_workshop(canary);
  to_end = engine.process;
  signal(SIGTERM, end_engine);
  give_identity(engine.process, request);
  if (engine_is_service()) engine.spaces = invitation_open_spaces(engine.process);
  handover_send(engine.link, &handover, packet, length);

  int lock = -1;
  pid_t first = 0;
  char byte;
  hear(&engine, &report, sizeof report, &lock, NULL);
  engine_check(request); /* what no engine may do was refused before */
  if (engine_is_service()) {
    receive_visitor(&engine, request, canary);
    visitor_to_end = engine.visitor;
  }
  hear(&engine, &byte, 1, &lock, &first);
  if (engine.workshop >= 0) close(engine.workshop);
  handover.captures = report.captures;
  handover.masked = report.masked;
  handover.opened = false; /* the root stands */
  memcpy(handover.paths.states, report.states, sizeof report.states);
  cgroup_enter(&handover.group, serial, first);
  engine_go_last(first, &handover.group);
  struct start_request wider = *request;
  engine_widen(&wider.limits);
  cgroup_limit(&handover.group, &wider);
  if (send(engine.link, "", 1, MSG_NOSIGNAL) < 0) say_why(&engine);
  hear(&engine, &byte, 1, &lock, NULL);
  struct buffer seen = {0};
  starting_write_namespaces(&seen, first);
  starting_report_birth(first, &handover.group, &seen);
  handover_send(engine.link, &handover, packet, length);
  close(engine.link), close(STARTING_SETUP_AT), close(STARTING_CHANNEL_AT);
  stay(&engine);
  _exit(0);
}
