#define _GNU_SOURCE
#include "starter.h"

#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "builder.h"
#include "furnish.h"
#include "kernel.h"
#include "layers/cgroup_limits.h"
#include "layers/identity.h"
#include "layers/limits.h"
#include "layers/skeleton.h"
#include "setup.h"
#include "starting.h"

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

/* With the host's rights, while there are any. */
static void open_for_first(struct handover *handover, const struct overlay_tables *tables) {
  handover->opened = true;
  furnish_take(handover, tables);
  skeleton_make_room(&handover->mounts);
  skeleton_write_hosts(handover->request.hosts);
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
  starting_begin_afresh(setup, channel);
  setup_open(STARTING_SETUP_AT);
  cgroup_enter(&handover.group, serial, 0);
  limits_go_first();

  struct builder builder = {.channel = STARTING_CHANNEL_AT, .canary = canary, .privileged = identity_privileged()};
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
  starting_write_namespaces(&seen, first);

  size_t length = starting_receive_request(&handover, packet);
  const struct start_request *request = &handover.request;
  cgroup_limit(&handover.group, request);
  starting_look_for_secrets(&handover);
  if (builder.privileged) {
    identity_map_write(&map, INSIDE_ID, request->host_id, request->host_id);
    open_for_first(&handover, &tables);
  }
  hand_over_space(first, "user", SETUP_USER_SPACE);
  hand_over_space(first, "mnt", SETUP_MOUNT_SPACE);
  starting_report_birth(first, &handover.group, &seen);
  handover_send(link[0], &handover, packet, length);
  if (builder.privileged && handover.paths.mounts.count) make_room_when_narrow(link[0], &handover.paths.mounts);
  _exit(0);
}
