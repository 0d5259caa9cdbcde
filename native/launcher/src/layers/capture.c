#define _GNU_SOURCE
#include "layers/capture.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* linux/netfilter_ipv4.h, which does not go together with netinet/in.h */
enum { PRIORITY_MANGLE = -150 };
enum { LONGEST_BATCH = 2048, TABLE_MESSAGE = 1, CHAIN_MESSAGE, RULE_MESSAGE };

static const char name[] = "clawhold", chain_name[] = "capture";

/* Where in a header. */
struct part {
  uint32_t header, offset, length;
};
static const struct part protocol = {NFT_PAYLOAD_NETWORK_HEADER, 9, 1},
                         destination_network = {NFT_PAYLOAD_NETWORK_HEADER, 16, 1},
                         destination_prefix = {NFT_PAYLOAD_NETWORK_HEADER, 16, 2},
                         destination_port = {NFT_PAYLOAD_TRANSPORT_HEADER, 2, 2};

static struct {
  uint8_t bytes[LONGEST_BATCH] __attribute__((aligned(NLMSG_ALIGNTO)));
  size_t length;
} batch;

static void *append(const void *bytes, size_t length) {
  void *place = batch.bytes + batch.length;
  if (batch.length + NLMSG_ALIGN(length) > sizeof batch.bytes) __builtin_trap();
  memset(place, 0, NLMSG_ALIGN(length));
  memcpy(place, bytes, length);
  batch.length += NLMSG_ALIGN(length);
  return place;
}

static struct nlmsghdr *begin_message(unsigned type, unsigned flags, unsigned sequence, unsigned family, unsigned resource) {
  struct nlmsghdr header = {
      .nlmsg_type = (uint16_t)type, .nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags), .nlmsg_seq = sequence};
  struct nfgenmsg about = {.nfgen_family = (uint8_t)family, .version = NFNETLINK_V0, .res_id = htons((uint16_t)resource)};
  struct nlmsghdr *message = append(&header, sizeof header);
  append(&about, sizeof about);
  return message;
}

static void end_message(struct nlmsghdr *message) {
  message->nlmsg_len = (uint32_t)(batch.bytes + batch.length - (uint8_t *)message);
}

static struct nlattr *begin_list(unsigned type) {
  struct nlattr header = {.nla_type = (uint16_t)(type | NLA_F_NESTED)};
  return append(&header, sizeof header);
}

static void end_list(struct nlattr *list) { list->nla_len = (uint16_t)(batch.bytes + batch.length - (uint8_t *)list); }

static void field(unsigned type, const void *value, size_t length) {
  struct nlattr header = {.nla_len = (uint16_t)(NLA_HDRLEN + length), .nla_type = (uint16_t)type};
  append(&header, sizeof header);
  append(value, length);
}

static void text(unsigned type, const char *value) { field(type, value, strlen(value) + 1); }

static void number(unsigned type, uint32_t value) {
  value = htonl(value);
  field(type, &value, sizeof value);
}

static void data(unsigned type, const void *value, size_t length) {
  struct nlattr *list = begin_list(type);
  field(NFTA_DATA_VALUE, value, length);
  end_list(list);
}

/* An expression of the rule: begin, its fields, end. */
static struct nlattr *expressions[2];

static void begin_expression(const char *kind) {
  expressions[0] = begin_list(NFTA_LIST_ELEM);
  text(NFTA_EXPR_NAME, kind);
  expressions[1] = begin_list(NFTA_EXPR_DATA);
}

static void end_expression(void) {
  end_list(expressions[1]);
  end_list(expressions[0]);
}

/* Goes on with the rule only when this part of the packet compares so with `value`. */
static void demand(struct part part, enum nft_cmp_ops comparison, const void *value) {
  begin_expression("payload");
  number(NFTA_PAYLOAD_DREG, NFT_REG_1);
  number(NFTA_PAYLOAD_BASE, part.header);
  number(NFTA_PAYLOAD_OFFSET, part.offset);
  number(NFTA_PAYLOAD_LEN, part.length);
  end_expression();
  begin_expression("cmp");
  number(NFTA_CMP_SREG, NFT_REG_1);
  number(NFTA_CMP_OP, comparison);
  data(NFTA_CMP_DATA, value, part.length);
  end_expression();
}

static void load(unsigned register_, const void *value, size_t length) {
  begin_expression("immediate");
  number(NFTA_IMMEDIATE_DREG, register_);
  data(NFTA_IMMEDIATE_DATA, value, length);
  end_expression();
}

static unsigned type_of(unsigned message) { return NFNL_SUBSYS_NFTABLES << 8 | message; }

static void write_table(void) {
  struct nlmsghdr *message = begin_message(type_of(NFT_MSG_NEWTABLE), NLM_F_CREATE, TABLE_MESSAGE, NFPROTO_IPV4, 0);
  text(NFTA_TABLE_NAME, name);
  end_message(message);
}

static void write_chain(void) {
  struct nlmsghdr *message = begin_message(type_of(NFT_MSG_NEWCHAIN), NLM_F_CREATE, CHAIN_MESSAGE, NFPROTO_IPV4, 0);
  text(NFTA_CHAIN_TABLE, name);
  text(NFTA_CHAIN_NAME, chain_name);
  struct nlattr *hook = begin_list(NFTA_CHAIN_HOOK);
  number(NFTA_HOOK_HOOKNUM, NF_INET_PRE_ROUTING);
  number(NFTA_HOOK_PRIORITY, (uint32_t)PRIORITY_MANGLE);
  end_list(hook);
  text(NFTA_CHAIN_TYPE, "filter");
  end_message(message);
}

static void hand_over(void) {
  const uint32_t address = htonl(CAPTURE_ADDRESS);
  const uint16_t port = htons(CAPTURE_PORT);
  load(NFT_REG_1, &address, sizeof address);
  load(NFT_REG_2, &port, sizeof port);
  begin_expression("tproxy");
  number(NFTA_TPROXY_FAMILY, NFPROTO_IPV4);
  number(NFTA_TPROXY_REG_ADDR, NFT_REG_1);
  number(NFTA_TPROXY_REG_PORT, NFT_REG_2);
  end_expression();
}

/* What a rule demands of a packet before it is handed over; each is of TCP. */
typedef void (*demands)(void);

static void write_rule(demands demand_more) {
  const uint8_t tcp = IPPROTO_TCP;
  struct nlmsghdr *message =
      begin_message(type_of(NFT_MSG_NEWRULE), NLM_F_CREATE | NLM_F_APPEND, RULE_MESSAGE, NFPROTO_IPV4, 0);
  text(NFTA_RULE_TABLE, name);
  text(NFTA_RULE_CHAIN, chain_name);
  struct nlattr *list = begin_list(NFTA_RULE_EXPRESSIONS);
  demand(protocol, NFT_CMP_EQ, &tcp);
  demand_more();
  hand_over();
  end_list(list);
  end_message(message);
}

static void stands_for_a_name(void) {
  const uint16_t prefix = htons(CAPTURED_ADDRESSES >> 16);
  demand(destination_prefix, NFT_CMP_EQ, &prefix);
}

/* Neither the sandbox itself, nor a listener of ours: those are at 198.18.0.0/16 and, for names, at port 53 of any address. */
static void is_somewhere_else(void) {
  const uint8_t loopback = 127;
  const uint16_t prefix = htons(CAPTURE_ADDRESS >> 16), names = htons(53);
  demand(destination_network, NFT_CMP_NEQ, &loopback);
  demand(destination_prefix, NFT_CMP_NEQ, &prefix);
  demand(destination_port, NFT_CMP_NEQ, &names);
}

/* The kernel takes the batch as a whole or not at all, and answers each message that failed. */
static bool send_batch(int netlink) {
  uint8_t answer[4096] __attribute__((aligned(NLMSG_ALIGNTO)));
  if (send(netlink, batch.bytes, batch.length, 0) != (ssize_t)batch.length) return false;
  for (;;) {
    ssize_t length = recv(netlink, answer, sizeof answer, MSG_DONTWAIT);
    if (length < 0 && errno == EINTR) continue;
    /* It has been worked off before send returned: silence is consent. */
    if (length < 0) return errno == EAGAIN;
    const struct nlmsghdr *message = (const struct nlmsghdr *)answer;
    if (!NLMSG_OK(message, (size_t)length) || message->nlmsg_type != NLMSG_ERROR) continue;
    int error = ((const struct nlmsgerr *)NLMSG_DATA(message))->error;
    errno = -error;
    if (error) return false;
  }
}

bool capture_lay(void) {
  int netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);
  if (netlink < 0) return false;
  batch.length = 0;
  end_message(begin_message(NFNL_MSG_BATCH_BEGIN, 0, 0, AF_UNSPEC, NFNL_SUBSYS_NFTABLES));
  write_table();
  write_chain();
  write_rule(stands_for_a_name);
  write_rule(is_somewhere_else);
  end_message(begin_message(NFNL_MSG_BATCH_END, 0, 0, AF_UNSPEC, NFNL_SUBSYS_NFTABLES));
  bool laid = send_batch(netlink);
  close(netlink);
  return laid;
}

bool capture_accept_for_others(int listener) {
  return !setsockopt(listener, IPPROTO_IP, IP_TRANSPARENT, &(int){1}, sizeof(int));
}
