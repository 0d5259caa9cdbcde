#define _GNU_SOURCE
#include "loop.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int epoll = -1;

static void control(int operation, struct watch *watch, uint32_t events) {
  struct epoll_event event = {.events = events, .data.ptr = watch};
  if (epoll_ctl(epoll, operation, watch->fd, &event)) {
    perror("clawhold-launcher: epoll");
    _Exit(70);
  }
}

void loop_open(void) {
  epoll = epoll_create1(EPOLL_CLOEXEC);
  if (epoll < 0) {
    perror("clawhold-launcher: epoll");
    _Exit(70);
  }
}

void loop_watch(struct watch *watch, uint32_t events) {
  if (watch->fd < 0) return;
  control(watch->watched ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, watch, events);
  watch->watched = true;
}

void loop_pause(struct watch *watch) {
  if (watch->watched) control(EPOLL_CTL_DEL, watch, 0);
  watch->watched = false;
}

void loop_close(struct watch *watch) {
  if (watch->fd < 0) return;
  loop_pause(watch);
  close(watch->fd);
  watch->fd = -1;
}

void loop_once(void) {
  struct epoll_event event;
  int count = epoll_wait(epoll, &event, 1, -1);
  if (count == 1) {
    struct watch *watch = event.data.ptr;
    watch->ready(watch, event.events);
  } else if (count < 0 && errno != EINTR) {
    perror("clawhold-launcher: epoll");
    _Exit(70);
  }
}
