#define _GNU_SOURCE
#include "handover.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "setup.h"

enum { OVERLAY_TREES = 3, MOST_OVERLAY_TREES = 4, MOST_TREES = MOST_OVERLAY_TREES + 1 + MOST_READ_ONLY + MOST_PATHS };

/* The fields of a handover that are neither in the request nor descriptors. */
struct facts {
  uint64_t asked;
  struct cgroup group;
  struct secret_file secrets[SECRETS];
  bool captures, masked;
  uint8_t states[MOST_PATHS];
};

union rights {
  char bytes[CMSG_SPACE(MOST_TREES * sizeof(int))];
  struct cmsghdr align;
};

static unsigned list_trees(const struct handover *handover, int *trees) {
  unsigned count = 0;
  if (!handover->opened) return 0;
  trees[count++] = handover->overlay.lower;
  trees[count++] = handover->overlay.view;
  trees[count++] = handover->overlay.lock;
  if (handover->overlay.pool >= 0) trees[count++] = handover->overlay.pool;
  for (unsigned i = 0; i < handover->mounts.count; i++) trees[count++] = handover->mounts.list[i].tree;
  for (unsigned i = 0; i < handover->paths.mounts.count; i++) trees[count++] = handover->paths.mounts.list[i].tree;
  return count;
}

void handover_send(int channel, const struct handover *handover, const uint8_t *packet, size_t length) {
  struct facts facts = {.asked = handover->asked, .group = handover->group, .captures = handover->captures, .masked = handover->masked};
  memcpy(facts.secrets, handover->secrets, sizeof facts.secrets);
  memcpy(facts.states, handover->paths.states, sizeof facts.states);
  struct iovec content[] = {{&facts, sizeof facts}, {(void *)packet, length}};
  struct msghdr header = {.msg_iov = content, .msg_iovlen = 2};
  int trees[MOST_TREES];
  unsigned count = list_trees(handover, trees);
  union rights control = {0};
  if (count) {
    header.msg_control = &control;
    header.msg_controllen = CMSG_SPACE(count * sizeof(int));
    struct cmsghdr *rights = CMSG_FIRSTHDR(&header);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(count * sizeof(int));
    memcpy(CMSG_DATA(rights), trees, count * sizeof(int));
  }
  /* A first process that is gone has said why. */
  if (sendmsg(channel, &header, MSG_NOSIGNAL) < 0) _exit(71);
}

static void accept_trees(struct handover *handover, const struct cmsghdr *rights) {
  int trees[MOST_TREES];
  size_t count = (rights->cmsg_len - CMSG_LEN(0)) / sizeof(int);
  const struct files_request *files = &handover->request.files;
  size_t own = OVERLAY_TREES + (*handover->request.layers != 0), given = own + 1 + handover->request.read_only_count, shown = 0;
  for (uint32_t i = 0; i < files->path_count; i++) shown += handover->paths.states[i] == PATH_SHOWN;
  if (count != given + shown) _exit(71);
  memcpy(trees, CMSG_DATA(rights), count * sizeof(int));
  handover->opened = true;
  handover->overlay = (struct overlay){trees[0], trees[1], trees[2], own > OVERLAY_TREES ? trees[OVERLAY_TREES] : -1};
  mounts_receive_given(&handover->request, trees + own, &handover->mounts);
  paths_receive(files, trees + given, &handover->paths);
}

void handover_receive(int channel, struct handover *handover) {
  /* The texts of the request stay here as long as this process lives. */
  static uint8_t packet[SETUP_LONGEST];
  struct facts facts;
  union rights control;
  struct iovec content[] = {{&facts, sizeof facts}, {packet, sizeof packet}};
  struct msghdr header = {
      .msg_iov = content, .msg_iovlen = 2, .msg_control = &control, .msg_controllen = sizeof control.bytes};
  ssize_t length = recvmsg(channel, &header, MSG_CMSG_CLOEXEC);
  if (length < (ssize_t)sizeof facts) _exit(0); /* nobody asks any more */
  *handover = (struct handover){.asked = facts.asked, .group = facts.group, .captures = facts.captures, .masked = facts.masked};
  memcpy(handover->secrets, facts.secrets, sizeof facts.secrets);
  memcpy(handover->paths.states, facts.states, sizeof facts.states);
  struct reader payload = {.at = packet, .end = packet + length - sizeof facts};
  if (!request_decode(payload, &handover->request)) _exit(71); /* the starter decoded the same bytes */
  struct cmsghdr *rights = CMSG_FIRSTHDR(&header);
  if (rights) accept_trees(handover, rights);
}
