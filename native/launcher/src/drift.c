#define _GNU_SOURCE
#include "drift.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "outside.h"
#include "sandbox.h"
#include "text_file.h"
#include "wire.h"

/* Each sandbox has its turn every two seconds, so that a thousand do not keep the loop busy at once. */
enum { TURNS = 20, NANOSECONDS_BETWEEN = 100 * 1000 * 1000, LONGEST_TEXT = 64 * 1024 };

static struct watch timer = {.fd = -1};
static bool armed;

/* Nobody is woken up while no sandbox lives. A timer that runs already is left alone: whoever starts sandboxes all the time delays no look. */
static void arm(bool wanted) {
  if (armed == wanted) return;
  const struct timespec interval = {.tv_nsec = wanted ? NANOSECONDS_BETWEEN : 0};
  timerfd_settime(timer.fd, 0, &(struct itimerspec){interval, interval}, NULL);
  armed = wanted;
}

static bool read_of(const struct sandbox *sandbox, const char *name, char *text) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/%s", (int)sandbox->first, name);
  return text_file_read(path, text, LONGEST_TEXT);
}

static char *copy_of(const struct sandbox *sandbox, const char *name) {
  static char text[LONGEST_TEXT];
  if (!read_of(sandbox, name, text)) return NULL;
  char *copy = strdup(text);
  if (!copy) abort();
  return copy;
}

static bool is_still(const struct sandbox *sandbox, const char *name, const char *before) {
  static char text[LONGEST_TEXT];
  return read_of(sandbox, name, text) && !strcmp(text, before);
}

static bool lives(const struct sandbox *sandbox) {
  return sandbox->first && sandbox->state >= SANDBOX_RUNNING && sandbox->state <= SANDBOX_FROZEN;
}

static void mounts_changed(struct watch *watch, uint32_t events) {
  (void)events;
  struct sandbox *sandbox = watch->owner;
  if (sandbox->renewal.request) return; /* we are mounting its task folder anew */
  loop_close(watch);
  if (lives(sandbox)) sandbox_drifted(sandbox, "its mounts were changed");
}

const char *drift_begin(struct sandbox *sandbox) {
  char path[64];
  struct drift *drift = &sandbox->drift;
  snprintf(path, sizeof path, "/proc/%d/mountinfo", (int)sandbox->first);
  drift->mounts = (struct watch){.fd = open(path, O_RDONLY | O_CLOEXEC), .ready = mounts_changed, .owner = sandbox};
  drift->groups = copy_of(sandbox, "cgroup");
  drift->limits = copy_of(sandbox, "limits");
  if (drift->mounts.fd < 0 || !drift->groups || !drift->limits)
    return "The sandbox was refused because outside.measure failed: its mounts, groups or limits could not be read.";
  drift->nice = getpriority(PRIO_PROCESS, (id_t)sandbox->first);
  cgroup_measure(&sandbox->cgroup, &drift->group);
  loop_watch(&drift->mounts, EPOLLPRI);
  arm(true);
  return NULL;
}

void drift_write(const struct sandbox *sandbox, struct buffer *report) {
  static char mounts[LONGEST_TEXT];
  ssize_t length = 0;
  for (ssize_t part; (part = pread(sandbox->drift.mounts.fd, mounts + length, LONGEST_TEXT - 1 - (size_t)length, length)) > 0;)
    length += part;
  mounts[length] = 0;
  write_text(report, mounts);
  write_text(report, sandbox->drift.limits);
  const struct cgroup_limits *group = &sandbox->drift.group;
  write_u64(report, group->memory);
  write_u64(report, group->processes);
  write_u64(report, group->weight);
  write_u64(report, group->processors);
  write_text(report, group->disks);
  write_u32(report, (uint32_t)sandbox->drift.nice);
}

void drift_renewed(struct sandbox *sandbox) {
  /* The kernel tells of a change once: that of ours is not to be found later. */
  struct pollfd mounts = {.fd = sandbox->drift.mounts.fd, .events = POLLPRI};
  poll(&mounts, 1, 0);
}

void drift_end(struct sandbox *sandbox) {
  /* It would keep the mounts alive. */
  loop_close(&sandbox->drift.mounts);
  free(sandbox->drift.groups);
  free(sandbox->drift.limits);
  sandbox->drift.groups = sandbox->drift.limits = NULL;
}

/* NULL when a sandbox is as it was. */
static const char *change_of(const struct sandbox *sandbox) {
  const struct drift *drift = &sandbox->drift;
  if (outside_look(sandbox)) return "its first process has another identity or another filter";
  if (!is_still(sandbox, "cgroup", drift->groups)) return "it is not in its control groups any more";
  if (!is_still(sandbox, "limits", drift->limits)) return "the limits of its first process were changed";
  struct cgroup_limits group;
  cgroup_measure(&sandbox->cgroup, &group);
  if (!cgroup_limits_equal(&group, &drift->group)) return "the limits of its control group were changed";
  if (sandbox->state == SANDBOX_FROZEN && sandbox->cgroup.holds[CGROUP_FREEZER] && !cgroup_frozen(&sandbox->cgroup))
    return "it was frozen, and somebody thawed it";
  return NULL;
}

static bool has_ended(const struct sandbox *sandbox) {
  struct pollfd life = {.fd = sandbox->life.fd, .events = POLLIN};
  if (life.fd >= 0) return poll(&life, 1, 0) == 1;
  siginfo_t info = {0};
  return !waitid(P_PID, (id_t)sandbox->first, &info, WEXITED | WNOHANG | WNOWAIT) && info.si_pid == sandbox->first;
}

static void look(struct watch *watch, uint32_t events) {
  (void)events;
  static unsigned turn;
  uint64_t ticks;
  if (read(watch->fd, &ticks, sizeof ticks) != sizeof ticks) return;
  /* Those whose turn passed while the loop was busy are looked at now. */
  uint64_t turns = ticks < TURNS ? ticks : TURNS;
  bool needed = false;
  for (struct sandbox *sandbox = sandbox_list(); sandbox; sandbox = sandbox->next) {
    if (sandbox->state == SANDBOX_ENDED || !sandbox->drift.groups) continue;
    needed = true;
    if ((sandbox->id + TURNS - turn) % TURNS >= turns || !lives(sandbox)) continue;
    const char *change = change_of(sandbox);
    /* Whoever just died is no longer as it was, and its death is on its way to us. */
    if (change && !has_ended(sandbox)) sandbox_drifted(sandbox, change);
  }
  turn = (unsigned)((turn + turns) % TURNS);
  arm(needed);
}

void drift_open(void) {
  timer = (struct watch){.fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK), .ready = look};
  if (timer.fd < 0) {
    perror("clawhold-launcher: no timer");
    exit(70);
  }
  loop_watch(&timer, EPOLLIN);
}
