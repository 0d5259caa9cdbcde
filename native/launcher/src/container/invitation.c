#define _GNU_SOURCE
#include "container/invitation.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "kernel.h"
#include "setup.h"

#define FOLDER "clawhold-visit-"
#define PLACE "/run/clawhold-visits"

static int open_space(pid_t process, const char *name) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/ns/%s", (int)process, name);
  return setup_need(open(path, O_RDONLY | O_CLOEXEC), "open its namespaces");
}

struct invitation_spaces invitation_open_spaces(pid_t workshop) {
  return (struct invitation_spaces){open_space(workshop, "user"), open_space(workshop, "mnt"), open_space(workshop, "net")};
}

/* A copy, because the launcher's own place may be one that the service does not see. */
static void copy_program(const char *folder) {
  char path[64], unfinished[80];
  struct stat status;
  snprintf(path, sizeof path, "%.40s/" VISIT_PROGRAM, folder);
  snprintf(unfinished, sizeof unfinished, "%s.%d", path, (int)getpid());
  int own = setup_need(open("/proc/self/exe", O_RDONLY | O_CLOEXEC), "open its own program");
  int copy = setup_need(open(unfinished, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0700), "copy its own program");
  /* Its first process runs it once more as the sandbox's user. */
  setup_need(fchmod(copy, 0755), "copy its own program");
  setup_need(fstat(own, &status), "copy its own program");
  for (off_t left = status.st_size; left;) {
    ssize_t sent = sendfile(copy, own, NULL, (size_t)left);
    setup_need(sent > 0 ? 0 : -1, "copy its own program");
    left -= sent;
  }
  close(own), close(copy);
  setup_need(rename(unfinished, path), "copy its own program");
}

static void remove_folder(const char *folder) {
  char path[64];
  snprintf(path, sizeof path, "%.40s/" VISIT_PROGRAM, folder), unlink(path);
  snprintf(path, sizeof path, "%.40s/" VISIT_SOCKET, folder), unlink(path);
  rmdir(folder);
}

/* Only a folder whose socket is there: whoever makes one holds its lock before that. */
static void remove_forgotten(const char *place) {
  DIR *folder = opendir(place);
  for (struct dirent *entry; folder && (entry = readdir(folder));) {
    char path[40], socket_[64];
    if (strncmp(entry->d_name, FOLDER, strlen(FOLDER)) || strlen(entry->d_name) != strlen(FOLDER "XXXXXX")) continue;
    snprintf(path, sizeof path, "%s/%.30s", place, entry->d_name);
    snprintf(socket_, sizeof socket_, "%s/" VISIT_SOCKET, path);
    int lock = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (lock >= 0 && !access(socket_, F_OK) && !flock(lock, LOCK_EX | LOCK_NB)) remove_folder(path);
    if (lock >= 0) close(lock);
  }
  if (folder) closedir(folder);
}

/* It has its name only when somebody can be reached there. */
static void listen_at(struct invitation *invitation) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  snprintf(address.sun_path, sizeof address.sun_path, "%.96s.%d", invitation->socket, (int)getpid());
  invitation->listener = setup_need(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0), "make a socket");
  setup_need(bind(invitation->listener, (struct sockaddr *)&address, sizeof address), "name a socket");
  setup_need(listen(invitation->listener, 1), "listen for its container");
  setup_need(rename(address.sun_path, invitation->socket), "listen for its container");
}

struct invitation invitation_make(void) {
  struct invitation invitation;
  /* Where the service sees it too, in whatever mount namespace this launcher is. */
  const char *place = geteuid() ? "/tmp" : "/run";
  remove_forgotten(place);
  snprintf(invitation.folder, sizeof invitation.folder, "%s/" FOLDER "XXXXXX", place);
  setup_need(mkdtemp(invitation.folder) ? 0 : -1, "make a folder for its container");
  invitation.lock = setup_need(open(invitation.folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), "hold a folder for its container");
  setup_need(flock(invitation.lock, LOCK_EX), "hold a folder for its container");
  snprintf(invitation.socket, sizeof invitation.socket, "%s/" VISIT_SOCKET, invitation.folder);
  listen_at(&invitation);
  copy_program(invitation.folder);
  return invitation;
}

void invitation_open_place(void) {
  if (mkdir(PLACE, 0700) && errno != EEXIST) return; /* whoever is invited there says so */
  copy_program(PLACE);
}

struct invitation invitation_call(const char *name) {
  struct invitation invitation = {.lock = -1};
  size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-.");
  if (!length || name[length] || length > 63 || *name == '.' || !strcmp(name, VISIT_PROGRAM))
    setup_fail("sandbox_engine_failed", "Look at what the cluster answered to the claim.", "No container can have that name.");
  snprintf(invitation.socket, sizeof invitation.socket, PLACE "/%s", name);
  listen_at(&invitation);
  return invitation;
}

int invitation_await(const struct invitation *invitation, const int lives[2]) {
  /* Of the others only their end counts: what was written there is read by whoever says why. */
  struct pollfd wait[] = {{.fd = invitation->listener, .events = POLLIN}, {.fd = lives[0]}, {.fd = lives[1]}};
  while (poll(wait, 3, -1) < 0 && errno == EINTR) continue;
  int link = wait[0].revents & POLLIN ? accept4(invitation->listener, NULL, NULL, SOCK_CLOEXEC) : -1;
  if (*invitation->folder) remove_folder(invitation->folder), close(invitation->lock);
  else unlink(invitation->socket);
  close(invitation->listener);
  return link;
}

int invitation_hand_over(int link, const int descriptors[VISIT_DESCRIPTORS], const char *canary, const char *name) {
  struct visit_message message = {0};
  struct ucred visitor;
  socklen_t size = sizeof visitor;
  union {
    char bytes[CMSG_SPACE(VISIT_DESCRIPTORS * sizeof(int))];
    struct cmsghdr align;
  } control = {0};
  struct iovec content = {&message, sizeof message};
  struct msghdr header = {
      .msg_iov = &content, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control.bytes};
  struct cmsghdr *rights = CMSG_FIRSTHDR(&header);
  rights->cmsg_level = SOL_SOCKET;
  rights->cmsg_type = SCM_RIGHTS;
  rights->cmsg_len = CMSG_LEN(VISIT_DESCRIPTORS * sizeof(int));
  memcpy(CMSG_DATA(rights), descriptors, VISIT_DESCRIPTORS * sizeof(int));
  snprintf(message.canary, sizeof message.canary, "%s", canary);
  snprintf(message.name, sizeof message.name, "%s", name);
  setup_need(setsockopt(link, SOL_SOCKET, SO_PASSCRED, &(int){1}, sizeof(int)), "know who speaks");
  setup_need(getsockopt(link, SOL_SOCKET, SO_PEERCRED, &visitor, &size), "know who came");
  int process = setup_need(kernel_open_process(visitor.pid), "hold its container");
  setup_need((int)sendmsg(link, &header, MSG_NOSIGNAL), "answer its container");
  return process;
}
