#define _GNU_SOURCE
#include "refused/refused_log.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_log.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "layers/capture.h"
#include "layers/nftables.h"

enum { GROUP = 1, LONGEST_IP_HEADER = 60, UDP_HEADER = 8, ADDRESS_AT = 16, PORT_AT = 2 };

static const char destinations[] = "destinations";

static bool lay(void) {
  const uint8_t udp = IPPROTO_UDP;
  const struct nftables_part protocol = {NFT_PAYLOAD_NETWORK_HEADER, 9, 1},
                             address = {NFT_PAYLOAD_NETWORK_HEADER, ADDRESS_AT, 4},
                             port = {NFT_PAYLOAD_TRANSPORT_HEADER, PORT_AT, 2};
  nftables_begin(NFPROTO_IPV4, "clawhold-refused", "datagrams");
  nftables_write_set(destinations, 2 * sizeof(uint32_t), MOST_REFUSED);
  nftables_rule_begin();
  nftables_demand(protocol, NFT_CMP_EQ, &udp);
  capture_demand_somewhere_else();
  nftables_load_part(NFT_REG32_08, address);
  nftables_load_part(NFT_REG32_09, port);
  nftables_once(destinations, NFT_REG32_08);
  nftables_log(GROUP, LONGEST_IP_HEADER + UDP_HEADER);
  nftables_rule_end();
  return nftables_send();
}

/* Makes this socket the group's reader. */
static bool bind_group(int log) {
  struct {
    struct nlmsghdr header;
    struct nfgenmsg about;
    struct nlattr attribute;
    struct nfulnl_msg_config_cmd command;
  } request = {
      .header = {.nlmsg_len = sizeof request,
                 .nlmsg_type = NFNL_SUBSYS_ULOG << 8 | NFULNL_MSG_CONFIG,
                 .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK},
      .about = {.nfgen_family = AF_UNSPEC, .version = NFNETLINK_V0, .res_id = htons(GROUP)},
      .attribute = {.nla_len = NLA_HDRLEN + sizeof request.command, .nla_type = NFULA_CFG_CMD},
      .command = {.command = NFULNL_CFG_CMD_BIND},
  };
  struct {
    struct nlmsghdr header;
    struct nlmsgerr error;
  } answer = {0};
  if (send(log, &request, sizeof request, 0) < 0 || recv(log, &answer, sizeof answer, MSG_DONTWAIT) < 0) return false;
  errno = -answer.error.error;
  return !answer.error.error;
}

int refused_log_open(void) {
  int log = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);
  if (log >= 0 && bind_group(log) && lay()) return log;
  if (log >= 0) close(log);
  return -1;
}

/* The datagram's head, as the sandbox sent it: only its lengths are believed, and only as far as they were checked. */
static bool read_packet(const uint8_t *packet, size_t length, struct refused *refused) {
  if (length < sizeof(uint32_t) * 5 || packet[0] >> 4 != 4) return false;
  size_t header = (packet[0] & 0xfu) * sizeof(uint32_t);
  if (header + PORT_AT + sizeof refused->port > length) return false;
  memcpy(&refused->address, packet + ADDRESS_AT, sizeof refused->address);
  memcpy(&refused->port, packet + header + PORT_AT, sizeof refused->port);
  refused->port = ntohs(refused->port);
  return true;
}

static bool read_message(const struct nlmsghdr *message, struct refused *refused) {
  if (message->nlmsg_type != (NFNL_SUBSYS_ULOG << 8 | NFULNL_MSG_PACKET)) return false;
  const uint8_t *at = (const uint8_t *)message + NLMSG_SPACE(sizeof(struct nfgenmsg));
  const uint8_t *end = (const uint8_t *)message + message->nlmsg_len;
  while (at + NLA_HDRLEN <= end) {
    const struct nlattr *attribute = (const struct nlattr *)at;
    if (attribute->nla_len < NLA_HDRLEN || attribute->nla_len > (size_t)(end - at)) return false;
    if ((attribute->nla_type & NLA_TYPE_MASK) == NFULA_PAYLOAD)
      return read_packet(at + NLA_HDRLEN, attribute->nla_len - NLA_HDRLEN, refused);
    at += NLA_ALIGN(attribute->nla_len);
  }
  return false;
}

bool refused_log_take(int log, struct refused *refused) {
  uint8_t bytes[4096] __attribute__((aligned(NLMSG_ALIGNTO)));
  for (;;) {
    ssize_t length = recv(log, bytes, sizeof bytes, MSG_DONTWAIT);
    if (length < 0 && (errno == EINTR || errno == ENOBUFS)) continue;
    if (length <= 0) return false;
    /* One packet in each, as the rule asks for. */
    const struct nlmsghdr *message = (const struct nlmsghdr *)bytes;
    if (NLMSG_OK(message, (size_t)length) && read_message(message, refused)) return true;
  }
}
