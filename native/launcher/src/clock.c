#define _GNU_SOURCE
#include "clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "loop.h"

static struct watch timer = {.fd = -1};
static void (*on_tick)(void);

static void ready(struct watch *watch, uint32_t events) {
  (void)events;
  uint64_t ticks;
  if (read(watch->fd, &ticks, sizeof ticks) == sizeof ticks) on_tick();
}

static void set(long nanoseconds) {
  struct timespec time = {.tv_nsec = nanoseconds};
  timerfd_settime(timer.fd, 0, &(struct itimerspec){time, time}, NULL);
}

void clock_open(void (*tick)(void)) {
  on_tick = tick;
  timer = (struct watch){.fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK), .ready = ready};
  if (timer.fd < 0) {
    perror("clawhold-launcher: no timer");
    exit(70);
  }
  loop_watch(&timer, EPOLLIN);
}

void clock_start(void) { set(1000000); }
void clock_stop(void) { set(0); }
