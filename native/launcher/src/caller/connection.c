#define _GNU_SOURCE
#include "caller/connection.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

int connection_diagnosis(void) { return socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG); }

static const struct nlmsghdr *receive(int diagnosis, uint8_t *answer, size_t size) {
  ssize_t length;
  do length = recv(diagnosis, answer, size, MSG_DONTWAIT);
  while (length < 0 && errno == EINTR);
  const struct nlmsghdr *header = (const struct nlmsghdr *)answer;
  return length > 0 && NLMSG_OK(header, (size_t)length) ? header : NULL;
}

uint64_t connection_inode(int diagnosis, const struct connection *connection) {
  uint8_t answer[4096] __attribute__((aligned(NLMSG_ALIGNTO)));
  struct {
    struct nlmsghdr header;
    struct inet_diag_req_v2 body;
  } request = {
      .header = {.nlmsg_len = sizeof request, .nlmsg_type = SOCK_DIAG_BY_FAMILY, .nlmsg_flags = NLM_F_REQUEST},
      .body = {.sdiag_family = AF_INET,
               .sdiag_protocol = IPPROTO_TCP,
               .idiag_states = ~0u,
               .id = {.idiag_sport = htons(connection->local_port),
                      .idiag_dport = htons(connection->remote_port),
                      .idiag_src = {htonl(connection->local)},
                      .idiag_dst = {htonl(connection->remote)},
                      .idiag_cookie = {INET_DIAG_NOCOOKIE, INET_DIAG_NOCOOKIE}}},
  };
  /* What an earlier question did not take. */
  while (receive(diagnosis, answer, sizeof answer)) continue;
  if (send(diagnosis, &request, sizeof request, 0) != sizeof request) return 0;
  const struct nlmsghdr *header = receive(diagnosis, answer, sizeof answer);
  if (!header || header->nlmsg_type != SOCK_DIAG_BY_FAMILY || header->nlmsg_len < NLMSG_LENGTH(sizeof(struct inet_diag_msg)))
    return 0;
  const struct inet_diag_msg *found = NLMSG_DATA(header);
  /* Else it is a listener on that port, or the answer to somebody else. */
  bool same = !memcmp(&found->id, &request.body.id, offsetof(struct inet_diag_sockid, idiag_if));
  return same ? found->idiag_inode : 0;
}
