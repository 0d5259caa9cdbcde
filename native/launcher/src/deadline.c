#define _GNU_SOURCE
#include "deadline.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "loop.h"

static struct deadline *deadlines; /* those that count */
static struct watch timer = {.fd = -1};

static uint64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_BOOTTIME, &time);
  return (uint64_t)time.tv_sec * 1000 + (uint64_t)time.tv_nsec / 1000000;
}

/* Wakes the loop for the first one, or never. */
static void arm(void) {
  uint64_t first = 0;
  for (struct deadline *deadline = deadlines; deadline; deadline = deadline->next)
    if (!first || deadline->at < first) first = deadline->at;
  struct itimerspec time = {.it_value = {.tv_sec = (time_t)(first / 1000), .tv_nsec = (long)(first % 1000) * 1000000}};
  timerfd_settime(timer.fd, TFD_TIMER_ABSTIME, &time, NULL);
}

static void take_out(struct deadline *deadline) {
  for (struct deadline **link = &deadlines; *link; link = &(*link)->next) {
    if (*link != deadline) continue;
    *link = deadline->next;
    return;
  }
}

static void put_in(struct deadline *deadline, uint64_t milliseconds) {
  deadline->at = now() + milliseconds;
  deadline->next = deadlines;
  deadlines = deadline;
  arm();
}

static struct deadline *first_reached(uint64_t moment) {
  struct deadline *deadline = deadlines;
  while (deadline && deadline->at > moment) deadline = deadline->next;
  return deadline;
}

static void ready(struct watch *watch, uint32_t events) {
  (void)events;
  uint64_t times;
  if (read(watch->fd, &times, sizeof times) != sizeof times) return;
  uint64_t moment = now();
  /* From the beginning each time: what is over may take others along. */
  for (struct deadline *deadline; (deadline = first_reached(moment));) {
    take_out(deadline);
    deadline->at = 0;
    deadline->reached(deadline->owner);
  }
  arm();
}

void deadline_open(void) {
  timer = (struct watch){.fd = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK), .ready = ready};
  if (timer.fd < 0) {
    perror("clawhold-launcher: no timer");
    exit(70);
  }
  loop_watch(&timer, EPOLLIN);
}

void deadline_set(struct deadline *deadline, uint64_t milliseconds, void (*reached)(void *owner), void *owner) {
  *deadline = (struct deadline){.reached = reached, .owner = owner};
  if (milliseconds) put_in(deadline, milliseconds);
}

void deadline_stand_still(struct deadline *deadline) {
  uint64_t moment = now();
  if (!deadline->at) return;
  /* One that was just missed is reached when it goes on. */
  deadline->left = deadline->at > moment ? deadline->at - moment : 1;
  deadline_forget(deadline);
}

void deadline_go_on(struct deadline *deadline) {
  uint64_t left = deadline->left;
  deadline->left = 0;
  if (left) put_in(deadline, left);
}

void deadline_forget(struct deadline *deadline) {
  if (!deadline->at) return;
  deadline->at = 0;
  take_out(deadline);
  arm();
}
