#define _GNU_SOURCE
#include "container/visit.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "container/engine.h"
#include "kernel.h"
#include "layers/root.h"
#include "setup.h"

static _Noreturn void give_up(const char *what) {
  fprintf(stderr, "its first process could not %s: %s\n", what, strerror(errno));
  _exit(71);
}

static int call_on_keeper(const char *name) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  char news[4096];
  int link = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0), watch = inotify_init1(IN_CLOEXEC);
  snprintf(address.sun_path, sizeof address.sun_path, VISIT_PLACE "/%s", name ? name : VISIT_SOCKET);
  if (link < 0 || inotify_add_watch(watch, VISIT_PLACE, IN_MOVED_TO) < 0) give_up("look for the launcher");
  while (connect(link, (struct sockaddr *)&address, sizeof address)) {
    bool absent = errno == ENOENT || errno == ECONNREFUSED /* of a keeper that is gone */;
    if (!name || !absent || (read(watch, news, sizeof news) < 0 && errno != EINTR)) give_up("reach the launcher");
  }
  close(watch);
  return link;
}

/* The first process of a container is ended by no signal that it does not expect. */
static void leave(int number) {
  (void)number;
  _exit(0);
}

static struct visit_message receive(int link, int *descriptors) {
  struct visit_message message;
  union {
    char bytes[CMSG_SPACE(VISIT_DESCRIPTORS * sizeof(int))];
    struct cmsghdr align;
  } control;
  struct iovec content = {&message, sizeof message};
  struct msghdr header = {
      .msg_iov = &content, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control.bytes};
  ssize_t length = recvmsg(link, &header, MSG_CMSG_CLOEXEC);
  struct cmsghdr *rights = CMSG_FIRSTHDR(&header);
  if (length != sizeof message || !rights || rights->cmsg_len != CMSG_LEN(VISIT_DESCRIPTORS * sizeof(int)))
    give_up("understand the launcher");
  memcpy(descriptors, CMSG_DATA(rights), VISIT_DESCRIPTORS * sizeof(int));
  return message;
}

/* Where engine.h says, out of the way of each other while they are moved. */
static void arrange(int link, int *descriptors) {
  int program = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
  int high[] = {fcntl(descriptors[VISIT_SETUP], F_DUPFD_CLOEXEC, 64), fcntl(descriptors[VISIT_CHANNEL], F_DUPFD_CLOEXEC, 64),
                fcntl(link, F_DUPFD_CLOEXEC, 64), fcntl(program, F_DUPFD_CLOEXEC, 64)};
  for (int i = VISIT_USER_SPACE; i < VISIT_DESCRIPTORS; i++) descriptors[i] = fcntl(descriptors[i], F_DUPFD_CLOEXEC, 64);
  for (int i = 0; i < 4; i++)
    if (high[i] < 0 || dup3(high[i], ENGINE_SETUP_AT + i, O_CLOEXEC) < 0) give_up("keep its descriptors");
}

static void enter(int space, int type, const char *what) {
  if (!setns(space, type)) return;
  setup_fail("sandbox_engine_failed",
             "The container service must run as root and map no user ids (for Docker: no rootless mode, no userns-remap).",
             "The container could not enter the %s that was made for it: %m.", what);
}

/* In this order: with the user namespace come the rights to the others, because whoever made it is this container's user. */
static void leave_container(const int *spaces) {
  enter(spaces[VISIT_USER_SPACE], CLONE_NEWUSER, "user namespace");
  enter(spaces[VISIT_NETWORK_SPACE], CLONE_NEWNET, "network");
  enter(spaces[VISIT_MOUNT_SPACE], CLONE_NEWNS, "files");
  setup_need(setresgid(0, 0, 0), "become its own group");
  setup_need(setresuid(0, 0, 0), "become its own user");
  /* Mounts too: the workshop is still there, and would lose its root with theirs. */
  setup_need(unshare(CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWNS), "have namespaces of its own");
}

static _Noreturn void become_first(struct visit_message *message) {
  signal(SIGTERM, SIG_DFL);
  setup_need(sethostname(message->name, strlen(message->name)), "name itself");
  setup_need(chdir(ENGINE_ROOT), "enter its root");
  setup_need(mount("proc", "proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL), "show it its processes");
  root_enter();
  for (int descriptor = ENGINE_SETUP_AT; descriptor <= ENGINE_LAST; descriptor++) fcntl(descriptor, F_SETFD, 0);
  /* Anew: the files in /proc of a program that began as another user are not its own. */
  execl(ENGINE_PROGRAM, ENGINE_PROGRAM, "inside", message->canary, (char *)NULL);
  setup_need(-1, "begin anew in its root");
  _exit(71);
}

int visit_main(int count, char **arguments) {
  int descriptors[VISIT_DESCRIPTORS], status = 0;
  if (count > 1) {
    fprintf(stderr, "usage: clawhold-launcher visit [NAME], started in a container by a container service\n");
    return 64;
  }
  signal(SIGTERM, leave);
  int link = call_on_keeper(count ? arguments[0] : NULL);
  struct visit_message message = receive(link, descriptors);
  arrange(link, descriptors);
  setup_open(ENGINE_SETUP_AT);
  leave_container(descriptors);
  pid_t first = setup_need(fork(), "make a process");
  if (!first) become_first(&message);
  kernel_close_range(ENGINE_SETUP_AT, ~0u);
  while (waitpid(first, &status, 0) < 0 && errno == EINTR) continue;
  return 0;
}
