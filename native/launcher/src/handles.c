#define _GNU_SOURCE
#include "handles.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "loop.h"
#include "request.h"

struct handle {
  struct handle *next;
  int descriptor;
  char line[128];
};

static struct watch channel = {.fd = -1};
static struct handle *first, **last = &first;

static ssize_t send_handle(const struct handle *handle) {
  union {
    char bytes[CMSG_SPACE(sizeof(int))];
    struct cmsghdr align;
  } control = {0};
  struct iovec content = {(void *)handle->line, strlen(handle->line)};
  struct msghdr header = {
      .msg_iov = &content, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control.bytes};
  struct cmsghdr *rights = CMSG_FIRSTHDR(&header);
  rights->cmsg_level = SOL_SOCKET;
  rights->cmsg_type = SCM_RIGHTS;
  rights->cmsg_len = CMSG_LEN(sizeof handle->descriptor);
  memcpy(CMSG_DATA(rights), &handle->descriptor, sizeof handle->descriptor);
  return sendmsg(channel.fd, &header, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void flush(void) {
  while (first && channel.fd >= 0) {
    struct handle *handle = first;
    if (send_handle(handle) < 0) {
      if (errno == EINTR) continue;
      break;
    }
    first = handle->next;
    if (!first) last = &first;
    close(handle->descriptor);
    free(handle);
  }
  loop_watch(&channel, EPOLLIN | (first ? EPOLLOUT : 0));
}

static void ready(struct watch *watch, uint32_t events) {
  if (events & EPOLLOUT) flush();
  if (!(events & (EPOLLIN | EPOLLHUP | EPOLLERR))) return;
  /* Node acknowledges each handle; nothing that it says here means anything to us. */
  char ignored[4096];
  ssize_t length = read(watch->fd, ignored, sizeof ignored);
  if (!length || (length < 0 && errno != EAGAIN && errno != EINTR)) loop_close(watch);
}

void handles_open(int descriptor) {
  channel = (struct watch){.fd = descriptor, .ready = ready};
  fcntl(descriptor, F_SETFL, O_NONBLOCK);
  fcntl(descriptor, F_SETFD, FD_CLOEXEC);
  loop_watch(&channel, EPOLLIN);
}

void handles_send(uint32_t id, uint32_t index, uint32_t kind, int descriptor) {
  struct handle *handle = calloc(1, sizeof *handle);
  if (!handle) abort();
  handle->descriptor = descriptor;
  snprintf(handle->line, sizeof handle->line,
           "{\"cmd\":\"NODE_HANDLE\",\"type\":\"%s.Native\",\"msg\":{\"sandbox\":%u,\"listener\":%u}}\n",
           kind == LISTENER_DATAGRAM ? "dgram" : "net", id, index);
  *last = handle;
  last = &handle->next;
  flush();
}
