#define _GNU_SOURCE
#include "starter.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "builder.h"
#include "cgroup.h"
#include "identity.h"
#include "kernel.h"
#include "limits.h"
#include "setup.h"

enum { SETUP_AT = 3, CHANNEL_AT = 4 };

/* Keeps nothing of the launcher's: descriptors, signal settings, streams. */
static void begin_afresh(int setup, int channel) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  setup = fcntl(setup, F_DUPFD_CLOEXEC, 64);
  channel = fcntl(channel, F_DUPFD_CLOEXEC, 64);
  int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (setup < 0 || channel < 0 || nothing < 0) _exit(71);
  for (int stream = 0; stream < 3; stream++) dup2(nothing, stream);
  dup3(setup, SETUP_AT, O_CLOEXEC);
  dup3(channel, CHANNEL_AT, O_CLOEXEC);
  kernel_close_range(CHANNEL_AT + 1, ~0u);
  for (int number = 1; number < 32; number++) signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

static void receive_request(struct start_request *request) {
  static uint8_t packet[SETUP_LONGEST];
  ssize_t length = recv(SETUP_AT, packet, sizeof packet, 0);
  if (length <= 0) _exit(0); /* the launcher ends */
  struct reader payload = {.at = packet, .end = packet + length};
  if (!request_decode(payload, request))
    setup_fail("sandbox_request_malformed", "Supervisor and launcher must be of the same version.",
               "The launcher did not understand the request for a sandbox.");
}

static const char *const namespaces[] = {"user", "mnt", "pid", "net", "ipc", "uts", "cgroup"};

static void report_birth(pid_t first, const struct cgroup *group) {
  struct buffer message = {0};
  write_u8(&message, SETUP_BORN);
  write_u32(&message, (uint32_t)first);
  write_u8(&message, group->freezer);
  write_u8(&message, group->memory);
  write_u8(&message, group->processes);
  write_u8(&message, group->unified);
  for (size_t i = 0; i < sizeof namespaces / sizeof *namespaces; i++) {
    char path[64];
    struct stat status;
    snprintf(path, sizeof path, "/proc/%d/ns/%s", (int)first, namespaces[i]);
    setup_need(stat(path, &status), "look at its namespaces");
    write_text(&message, namespaces[i]);
    write_u64(&message, status.st_ino);
  }
  setup_send(&message, -1);
  buffer_free(&message);
}

static uint64_t namespace_flags(void) {
  uint64_t flags = NAMESPACE_USER | NAMESPACE_MOUNT | NAMESPACE_IPC | NAMESPACE_UTS | NAMESPACE_CGROUP;
#ifndef CLAWHOLD_TEST_WITHOUT_PID_NAMESPACE
  flags |= NAMESPACE_PID;
#endif
#ifndef CLAWHOLD_TEST_WITHOUT_NETWORK_NAMESPACE
  flags |= NAMESPACE_NETWORK;
#endif
  return flags;
}

void starter_run(int setup, int channel, unsigned serial, const char *canary) {
  begin_afresh(setup, channel);
  setup_open(SETUP_AT);
  bool privileged = identity_privileged();
  struct cgroup group;
  cgroup_enter(&group, serial);
  limits_go_first();
  struct start_request request;
  receive_request(&request);
  setup_layer("");
  if (privileged && request.host_id < 65536)
    setup_fail("sandbox_host_id_refused", "Use a range of ids that no account of the host has, such as 700000.",
               "The host id %u is not in a reserved range.", request.host_id);
#ifdef CLAWHOLD_TEST_WITH_HOST_ROOT
  request.host_id = 0;
#endif
#ifdef CLAWHOLD_TEST_WITH_OTHER_HOST_ID
  request.host_id++;
#endif
  cgroup_limit(&group, &request.limits);

  struct builder builder = {.request = &request, .channel = CHANNEL_AT, .group = group};
  self_test_prepare(&builder.self_test, &request, canary);
  if (privileged) {
    setup_need(setgroups(0, NULL), "leave the launcher's groups");
    mounts_take(&request, &builder.mounts);
    builder.mounts_taken = true;
    setup_layer("mounts");
  }

  int go[2];
  setup_need(pipe2(go, O_CLOEXEC), "make a pipe");
  /* A child of the launcher, not ours: so it dies with the launcher and is reaped by it. */
  struct kernel_clone_arguments arguments = {.flags = namespace_flags() | CLONE_WITH_SAME_PARENT};
  pid_t first = kernel_clone3(&arguments);
  if (first < 0) identity_refused();
  if (first > 0 && !privileged && geteuid() == 0)
    setup_fail("sandbox_nested_root", "Start the platform as an ordinary user of this container.",
               "The launcher runs as root of a container that has no ids to give to sandboxes.");
  if (!first) {
    close(go[1]);
    char byte;
    if (read(go[0], &byte, 1) != 1) _exit(71);
    close(go[0]);
    builder_run(&builder);
  }
  identity_map(first, INSIDE_ID, privileged ? request.host_id : geteuid(), privileged ? request.host_id : getegid());
  report_birth(first, &group);
  if (write(go[1], "", 1) != 1) _exit(71);
  _exit(0);
}
