#define _GNU_SOURCE
#include "layers/nftables.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* linux/netfilter_ipv4.h, which does not go together with netinet/in.h */
enum { PRIORITY_MANGLE = -150 };
enum { LONGEST_BATCH = 4096 };

static struct {
  uint8_t bytes[LONGEST_BATCH] __attribute__((aligned(NLMSG_ALIGNTO)));
  size_t length;
  uint32_t sequence, family;
  const char *table, *chain;
  struct nlmsghdr *message;
  struct nlattr *expressions, *expression[2];
} batch;

static void *append(const void *bytes, size_t length) {
  void *place = batch.bytes + batch.length;
  if (batch.length + NLMSG_ALIGN(length) > sizeof batch.bytes) __builtin_trap();
  memset(place, 0, NLMSG_ALIGN(length));
  memcpy(place, bytes, length);
  batch.length += NLMSG_ALIGN(length);
  return place;
}

static void begin_message(unsigned type, unsigned flags, unsigned family, unsigned resource) {
  struct nlmsghdr header = {
      .nlmsg_type = (uint16_t)type, .nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags), .nlmsg_seq = batch.sequence++};
  struct nfgenmsg about = {.nfgen_family = (uint8_t)family, .version = NFNETLINK_V0, .res_id = htons((uint16_t)resource)};
  batch.message = append(&header, sizeof header);
  append(&about, sizeof about);
}

static void end_message(void) { batch.message->nlmsg_len = (uint32_t)(batch.bytes + batch.length - (uint8_t *)batch.message); }

static void begin_change(unsigned change, unsigned flags) {
  begin_message(NFNL_SUBSYS_NFTABLES << 8 | change, NLM_F_CREATE | flags, batch.family, 0);
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

static void short_number(unsigned type, uint16_t value) {
  value = htons(value);
  field(type, &value, sizeof value);
}

static void data(unsigned type, const void *value, size_t length) {
  struct nlattr *list = begin_list(type);
  field(NFTA_DATA_VALUE, value, length);
  end_list(list);
}

void nftables_begin(unsigned family, const char *table, const char *chain) {
  memset(&batch, 0, sizeof batch);
  batch.family = family, batch.table = table, batch.chain = chain;
  begin_message(NFNL_MSG_BATCH_BEGIN, 0, AF_UNSPEC, NFNL_SUBSYS_NFTABLES);
  end_message();
  begin_change(NFT_MSG_NEWTABLE, 0);
  text(NFTA_TABLE_NAME, table);
  end_message();
  begin_change(NFT_MSG_NEWCHAIN, 0);
  text(NFTA_CHAIN_TABLE, table);
  text(NFTA_CHAIN_NAME, chain);
  struct nlattr *hook = begin_list(NFTA_CHAIN_HOOK);
  number(NFTA_HOOK_HOOKNUM, NF_INET_PRE_ROUTING);
  number(NFTA_HOOK_PRIORITY, (uint32_t)PRIORITY_MANGLE);
  end_list(hook);
  text(NFTA_CHAIN_TYPE, "filter");
  end_message();
}

void nftables_write_set(const char *set, uint32_t key_length, uint32_t most) {
  begin_change(NFT_MSG_NEWSET, 0);
  text(NFTA_SET_TABLE, batch.table);
  text(NFTA_SET_NAME, set);
  number(NFTA_SET_ID, 1);
  number(NFTA_SET_FLAGS, NFT_SET_EVAL);
  number(NFTA_SET_KEY_LEN, key_length);
  struct nlattr *description = begin_list(NFTA_SET_DESC);
  number(NFTA_SET_DESC_SIZE, most);
  end_list(description);
  end_message();
}

void nftables_rule_begin(void) {
  begin_change(NFT_MSG_NEWRULE, NLM_F_APPEND);
  text(NFTA_RULE_TABLE, batch.table);
  text(NFTA_RULE_CHAIN, batch.chain);
  batch.expressions = begin_list(NFTA_RULE_EXPRESSIONS);
}

void nftables_rule_end(void) {
  end_list(batch.expressions);
  end_message();
}

static void begin_expression(const char *kind) {
  batch.expression[0] = begin_list(NFTA_LIST_ELEM);
  text(NFTA_EXPR_NAME, kind);
  batch.expression[1] = begin_list(NFTA_EXPR_DATA);
}

static void end_expression(void) {
  end_list(batch.expression[1]);
  end_list(batch.expression[0]);
}

void nftables_load_part(unsigned destination, struct nftables_part part) {
  begin_expression("payload");
  number(NFTA_PAYLOAD_DREG, destination);
  number(NFTA_PAYLOAD_BASE, part.header);
  number(NFTA_PAYLOAD_OFFSET, part.offset);
  number(NFTA_PAYLOAD_LEN, part.length);
  end_expression();
}

void nftables_demand(struct nftables_part part, enum nft_cmp_ops comparison, const void *value) {
  nftables_load_part(NFT_REG_1, part);
  begin_expression("cmp");
  number(NFTA_CMP_SREG, NFT_REG_1);
  number(NFTA_CMP_OP, comparison);
  data(NFTA_CMP_DATA, value, part.length);
  end_expression();
}

void nftables_load(unsigned destination, const void *value, size_t length) {
  begin_expression("immediate");
  number(NFTA_IMMEDIATE_DREG, destination);
  data(NFTA_IMMEDIATE_DATA, value, length);
  end_expression();
}

void nftables_once(const char *set, unsigned key) {
  begin_expression("lookup");
  text(NFTA_LOOKUP_SET, set);
  number(NFTA_LOOKUP_SREG, key);
  number(NFTA_LOOKUP_FLAGS, NFT_LOOKUP_F_INV);
  end_expression();
  begin_expression("dynset");
  text(NFTA_DYNSET_SET_NAME, set);
  number(NFTA_DYNSET_OP, NFT_DYNSET_OP_ADD);
  number(NFTA_DYNSET_SREG_KEY, key);
  end_expression();
}

void nftables_log(uint16_t group, uint32_t bytes) {
  begin_expression("log");
  short_number(NFTA_LOG_GROUP, group);
  number(NFTA_LOG_SNAPLEN, bytes);
  /* At once: the kernel would gather a hundred, or wait for a second. */
  short_number(NFTA_LOG_QTHRESHOLD, 1);
  end_expression();
}

void nftables_hand_over(unsigned address, unsigned port) {
  begin_expression("tproxy");
  number(NFTA_TPROXY_FAMILY, batch.family);
  number(NFTA_TPROXY_REG_ADDR, address);
  number(NFTA_TPROXY_REG_PORT, port);
  end_expression();
}

/* The kernel answers each message that failed. */
static bool is_accepted(int netlink) {
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

bool nftables_send(void) {
  begin_message(NFNL_MSG_BATCH_END, 0, AF_UNSPEC, NFNL_SUBSYS_NFTABLES);
  end_message();
  int netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);
  if (netlink < 0) return false;
  bool accepted = is_accepted(netlink);
  close(netlink);
  return accepted;
}
