#define _GNU_SOURCE
#include "starter.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "builder.h"
#include "layers/cgroup.h"
#include "handover.h"
#include "layers/identity.h"
#include "kernel.h"
#include "layers/limits.h"
#include "setup.h"
#include "layers/skeleton.h"

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

static const char *const namespaces[] = {"user", "mnt", "pid", "net", "ipc", "uts", "cgroup"};

/* Its namespaces never change: they are looked at before there is a hurry. */
static void write_namespaces(struct buffer *message, pid_t first) {
  for (size_t i = 0; i < sizeof namespaces / sizeof *namespaces; i++) {
    char path[64];
    struct stat status;
    snprintf(path, sizeof path, "/proc/%d/ns/%s", (int)first, namespaces[i]);
    setup_need(stat(path, &status), "look at its namespaces");
    write_text(message, namespaces[i]);
    write_u64(message, status.st_ino);
  }
}

/* While it can still be looked at: the launcher needs them when it mounts the task folder anew. */
static void hand_over_space(pid_t first, const char *name, uint8_t type) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/ns/%s", (int)first, name);
  int space = setup_need(open(path, O_RDONLY | O_CLOEXEC), "open its namespaces");
  struct buffer message = {0};
  write_u8(&message, type);
  setup_send(&message, space);
  buffer_free(&message);
  close(space);
}

static void report_birth(pid_t first, const struct cgroup *group, const struct buffer *seen) {
  struct buffer message = {0};
  write_u8(&message, SETUP_BORN);
  write_u32(&message, (uint32_t)first);
  write_u8(&message, group->freezer);
  write_u8(&message, group->memory);
  write_u8(&message, group->processes);
  write_u8(&message, group->unified);
  buffer_append(&message, buffer_bytes(seen), buffer_length(seen));
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

/* A child of the launcher, not ours: so it dies with the launcher and is reaped by it. */
static pid_t bear(struct builder *builder, int link) {
  struct kernel_clone_arguments arguments = {.flags = namespace_flags() | CLONE_WITH_SAME_PARENT};
  pid_t first = kernel_clone3(&arguments);
  if (first < 0) identity_refused();
  if (!first) {
    close(link);
    builder_run(builder);
  }
  close(builder->link);
  if (!builder->privileged && geteuid() == 0)
    setup_fail("sandbox_nested_root", "Start the platform as an ordinary user of this container.",
               "The launcher runs as root of a container that has no ids to give to sandboxes.");
  return first;
}

static size_t receive_request(struct handover *handover, uint8_t *packet) {
  ssize_t length = recv(SETUP_AT, packet, SETUP_LONGEST, 0);
  if (length <= 0) _exit(0); /* the launcher ends */
  handover->asked = setup_moment();
  struct start_request *request = &handover->request;
  struct reader payload = {.at = packet, .end = packet + length};
  if (!request_decode(payload, request))
    setup_fail("sandbox_request_malformed", "Supervisor and launcher must be of the same version.",
               "The launcher did not understand the request for a sandbox.");
  if (identity_privileged() && request->host_id < 65536)
    setup_fail("sandbox_host_id_refused", "Use a range of ids that no account of the host has, such as 700000.",
               "The host id %u is not in a reserved range.", request->host_id);
#ifdef CLAWHOLD_TEST_WITH_HOST_ROOT
  request->host_id = 0;
#endif
#ifdef CLAWHOLD_TEST_WITH_OTHER_HOST_ID
  request->host_id++;
#endif
  return (size_t)length;
}

static void look_for_secrets(struct handover *handover) {
  struct self_test test;
  self_test_name(&test, &handover->request, "");
  self_test_identify(&test);
  memcpy(handover->secrets, test.secrets, sizeof handover->secrets);
}

/* With the host's rights, while there are any. */
static void open_for_first(struct handover *handover, const struct overlay_tables *tables) {
  handover->opened = true;
  mounts_take_given(&handover->request, &handover->mounts);
  skeleton_make_room(&handover->mounts);
  paths_take(&handover->request, &handover->paths);
  skeleton_write_hosts(handover->request.hosts);
  handover->overlay = overlay_take(&handover->request, tables, OVERLAY_FIRST);
}

/*
 * Only whoever made the root may make folders in it, and below a folder of the system only when the first process has let
 * go of that: the root is one mount for both.
 */
static void make_room_when_narrow(int link, const struct mounts *mounts) {
  char byte;
  if (recv(link, &byte, 1, 0) != 1) _exit(71);
  skeleton_make_room(mounts);
  if (send(link, "", 1, MSG_NOSIGNAL) < 0) _exit(71);
}

void starter_run(int setup, int channel, unsigned serial, const char *canary) {
  static uint8_t packet[SETUP_LONGEST];
  static struct handover handover;
  begin_afresh(setup, channel);
  setup_open(SETUP_AT);
  cgroup_enter(&handover.group, serial);
  limits_go_first();

  struct builder builder = {.channel = CHANNEL_AT, .canary = canary, .privileged = identity_privileged()};
  setup_layers_from(setup_moment());
  if (builder.privileged) {
    setup_need(setgroups(0, NULL), "leave the launcher's groups");
    mounts_take_system(&builder.system);
    setup_layer("ahead: mounts");
    builder.skeleton = skeleton_make(&builder.system);
    setup_layer("ahead: skeleton");
  }
  int link[2];
  setup_need(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, link), "make a socket");
  builder.link = link[1];
  pid_t first = bear(&builder, link[0]);
  struct identity_map map = identity_map_open(first);
  struct overlay_tables tables;
  if (builder.privileged) {
    tables = (struct overlay_tables){identity_table_open(), identity_table_open()};
  } else {
    identity_map_write(&map, INSIDE_ID, geteuid(), getegid());
    if (send(link[0], "", 1, MSG_NOSIGNAL) < 0) _exit(71);
  }
  struct buffer seen = {0};
  write_namespaces(&seen, first);

  size_t length = receive_request(&handover, packet);
  const struct start_request *request = &handover.request;
  cgroup_limit(&handover.group, &request->limits);
  look_for_secrets(&handover);
  if (builder.privileged) {
    identity_map_write(&map, INSIDE_ID, request->host_id, request->host_id);
    open_for_first(&handover, &tables);
  }
  hand_over_space(first, "user", SETUP_USER_SPACE);
  hand_over_space(first, "mnt", SETUP_MOUNT_SPACE);
  report_birth(first, &handover.group, &seen);
  handover_send(link[0], &handover, packet, length);
  if (builder.privileged && handover.paths.mounts.count) make_room_when_narrow(link[0], &handover.paths.mounts);
  _exit(0);
}
