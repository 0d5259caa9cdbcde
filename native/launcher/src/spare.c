#define _GNU_SOURCE
#include "spare.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "container/engine.h"
#include "container/invitation.h"
#include "container/keeper.h"
#include "layers/cgroup.h"
#include "layers/skeleton.h"
#include "starter.h"

enum { TICKS_BEFORE_NEXT = 5 };

static struct spare waiting;
static unsigned serials, ticks;
static int mount_table; /* tells when a mount of the launcher's namespace changed */
static char canary[64];

/* Every self-test tries to reach this socket; it exists to be unreachable, nothing is ever read from it. */
static void open_canary(void) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  uint64_t random = 0;
  if (getrandom(&random, sizeof random, 0) < 0) random = (uint64_t)getpid();
  snprintf(canary, sizeof canary, "clawhold-canary-%016llx", (unsigned long long)random);
  memcpy(address.sun_path + 1, canary, strlen(canary));
  int socket_ = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socket_ < 0 || bind(socket_, (struct sockaddr *)&address,
                          (socklen_t)(sizeof address.sun_family + 1 + strlen(canary))))
    perror("clawhold-launcher: no canary socket");
}

/* The kernel tells each reader of the table once. */
static bool mounts_changed(void) {
  struct pollfd table = {.fd = mount_table, .events = POLLPRI};
  return mount_table < 0 || (poll(&table, 1, 0) == 1 && table.revents & POLLPRI);
}

static void prepare(void) {
  int setup[2], channel[2];
  if (waiting.starter) return;
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, setup)) return;
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, channel)) {
    close(setup[0]), close(setup[1]);
    return;
  }
  unsigned serial = ++serials;
  uint64_t files = skeleton_signature();
  mounts_changed();
  pid_t starter = fork();
  if (!starter) (engine_is_used() ? keeper_run : starter_run)(setup[1], channel[1], serial, canary);
  close(setup[1]), close(channel[1]);
  if (starter < 0) {
    close(setup[0]), close(channel[0]);
    return;
  }
  fcntl(setup[0], F_SETFL, O_NONBLOCK);
  fcntl(channel[0], F_SETFL, O_NONBLOCK);
  waiting = (struct spare){.starter = starter, .setup = setup[0], .channel = channel[0], .serial = serial, .files = files};
}

void spare_open(void) {
  cgroup_find_trees();
  open_canary();
  if (engine_is_service() && !engine_has_command()) invitation_open_place();
  mount_table = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
  prepare();
}

void spare_prepare_soon(void) {
  ticks = TICKS_BEFORE_NEXT;
  clock_start();
}

bool spare_tick(void) {
  if (ticks && !--ticks) prepare();
  return ticks > 0;
}

/* While it gets ready a starter says nothing but why it could not. */
static bool has_failed(void) {
  struct pollfd setup = {.fd = waiting.setup, .events = POLLIN};
  return poll(&setup, 1, 0) != 0;
}

struct spare spare_take(void) {
  bool changed = mounts_changed();
  if (waiting.starter && (changed || waiting.files != skeleton_signature() || has_failed())) spare_discard();
  prepare();
  struct spare spare = waiting;
  waiting = (struct spare){0};
  return spare;
}

bool spare_reaped(pid_t process) {
  if (!waiting.starter || waiting.starter != process) return false;
  close(waiting.setup), close(waiting.channel);
  waiting = (struct spare){0};
  return true;
}

void spare_discard(void) {
  if (!waiting.starter) return;
  kill(waiting.starter, SIGKILL);
  waitpid(waiting.starter, NULL, 0);
  close(waiting.setup), close(waiting.channel);
  struct cgroup group = {.serial = waiting.serial};
  waiting = (struct spare){0};
  /* The first process ends when it hears its starter no more. */
  for (int attempts = 100; attempts && !cgroup_remove(&group); attempts--)
    nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
}
