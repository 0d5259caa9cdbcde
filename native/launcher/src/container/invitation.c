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

static int open_space(pid_t process, const char *name) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/ns/%s", (int)process, name);
  return setup_need(open(path, O_RDONLY | O_CLOEXEC), "open its namespaces");
}

struct invitation_spaces invitation_open_spaces(pid_t workshop) {
  return (struct invitation_spaces){open_space(workshop, "user"), open_space(workshop, "mnt"), open_space(workshop, "net")};
}

static void path_of(const struct invitation *invitation, const char *name, char *path, size_t size) {
  snprintf(path, size, "%s/%s", invitation->folder, name);
}

/* A copy, because the launcher's own place may be one that the service does not see. */
static void copy_program(const struct invitation *invitation) {
  char path[64];
  struct stat status;
  path_of(invitation, VISIT_PROGRAM, path, sizeof path);
  int own = setup_need(open("/proc/self/exe", O_RDONLY | O_CLOEXEC), "open its own program");
  /* Its first process runs it once more as the sandbox's user. */
  int copy = setup_need(open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0700), "copy its own program");
  setup_need(fchmod(copy, 0755), "copy its own program");
  setup_need(fstat(own, &status), "copy its own program");
  for (off_t left = status.st_size; left;) {
    ssize_t sent = sendfile(copy, own, NULL, (size_t)left);
    setup_need(sent > 0 ? 0 : -1, "copy its own program");
    left -= sent;
  }
  close(own), close(copy);
}

static void remove_folder(const struct invitation *invitation) {
  char path[64];
  path_of(invitation, VISIT_PROGRAM, path, sizeof path), unlink(path);
  path_of(invitation, VISIT_SOCKET, path, sizeof path), unlink(path);
  rmdir(invitation->folder);
}

/* Only a folder whose socket is there: whoever makes one holds its lock before that. */
static void remove_forgotten(const char *place) {
  DIR *folder = opendir(place);
  for (struct dirent *entry; folder && (entry = readdir(folder));) {
    struct invitation forgotten;
    char path[64];
    if (strncmp(entry->d_name, FOLDER, strlen(FOLDER)) || strlen(entry->d_name) != strlen(FOLDER "XXXXXX")) continue;
    snprintf(forgotten.folder, sizeof forgotten.folder, "%s/%.30s", place, entry->d_name);
    path_of(&forgotten, VISIT_SOCKET, path, sizeof path);
    int lock = open(forgotten.folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (lock >= 0 && !access(path, F_OK) && !flock(lock, LOCK_EX | LOCK_NB)) remove_folder(&forgotten);
    if (lock >= 0) close(lock);
  }
  if (folder) closedir(folder);
}

struct invitation invitation_make(void) {
  struct invitation invitation;
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  /* Where the service sees it too, in whatever mount namespace this launcher is. */
  const char *place = geteuid() ? "/tmp" : "/run";
  remove_forgotten(place);
  snprintf(invitation.folder, sizeof invitation.folder, "%s/" FOLDER "XXXXXX", place);
  setup_need(mkdtemp(invitation.folder) ? 0 : -1, "make a folder for its container");
  invitation.lock = setup_need(open(invitation.folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), "hold a folder for its container");
  setup_need(flock(invitation.lock, LOCK_EX), "hold a folder for its container");
  path_of(&invitation, VISIT_SOCKET, address.sun_path, sizeof address.sun_path);
  invitation.listener = setup_need(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0), "make a socket");
  setup_need(bind(invitation.listener, (struct sockaddr *)&address, sizeof address), "name a socket");
  setup_need(listen(invitation.listener, 1), "listen for its container");
  copy_program(&invitation);
  return invitation;
}

int invitation_await(const struct invitation *invitation, int caller) {
  /* Of the pipe only its end counts: what was written is read by whoever says why. */
  struct pollfd wait[] = {{.fd = invitation->listener, .events = POLLIN}, {.fd = caller}};
  while (poll(wait, 2, -1) < 0 && errno == EINTR) continue;
  int link = wait[0].revents & POLLIN ? accept4(invitation->listener, NULL, NULL, SOCK_CLOEXEC) : -1;
  remove_folder(invitation);
  close(invitation->listener), close(invitation->lock);
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
