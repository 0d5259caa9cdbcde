#define _GNU_SOURCE
#include "layers/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "first.h"
#include "setup.h"

/* Addresses that V8 reserves for code, writable from the start, so that they count as data although they are not used. */
static const uint64_t NODE_CODE_RANGE = UINT64_C(512) * 1024 * 1024;

/* Lowers a limit; the hard limit that the launcher itself lives under cannot be raised, so it caps the wish. */
static void set(__rlimit_resource_t resource, rlim_t wish) {
  struct rlimit limit;
  setup_need(getrlimit(resource, &limit), "read its limits");
  if (limit.rlim_max != RLIM_INFINITY && wish > limit.rlim_max) wish = limit.rlim_max;
  limit.rlim_cur = limit.rlim_max = wish;
  setup_need(setrlimit(resource, &limit), "set its limits");
}

void limits_go_first(void) {
  int file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (file < 0) return;
  setup_need((int)write(file, "800", 3), "raise its out-of-memory score");
  close(file);
}

void limits_apply(const struct limits *limits, const struct cgroup *group) {
  set(RLIMIT_CORE, 0);
  set(RLIMIT_NOFILE, limits->open_files);
  /* Counted in the sandbox's own user namespace, so it is the number of processes and threads of this sandbox. */
  set(RLIMIT_NPROC, limits->processes + FIRST_THREADS);
  set(RLIMIT_MEMLOCK, 64 * 1024);
  set(RLIMIT_MSGQUEUE, 0);
  if (limits->file_size) set(RLIMIT_FSIZE, limits->file_size);
  /* RLIMIT_AS would stop Node, which reserves far more addresses than it uses. */
  if (!group->holds[CGROUP_MEMORY]) set(RLIMIT_DATA, limits->memory + NODE_CODE_RANGE);
  /* Some systems let people's programs go before all others. */
  set(RLIMIT_NICE, 0);
  set(RLIMIT_RTPRIO, 0);
  if (!group->holds[CGROUP_PROCESSORS]) setup_need(setpriority(PRIO_PROCESS, 0, LIMITS_LAST), "go behind other programs");
}
