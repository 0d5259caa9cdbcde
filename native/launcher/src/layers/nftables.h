/*
 * Rules of nftables for the network of this process, written by netlink: a batch is begun, filled and sent, and the kernel
 * takes it as a whole or not at all.
 */
#ifndef CLAWHOLD_NFTABLES_H
#define CLAWHOLD_NFTABLES_H

/* Before linux/netfilter.h, which would bring definitions of its own. */
#include <netinet/in.h>

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where in a packet: one of NFT_PAYLOAD_*, and bytes from its beginning. */
struct nftables_part {
  uint32_t header, offset, length;
};

/* A table with one chain, which sees what comes in, before it is routed. */
void nftables_begin(unsigned family, const char *table, const char *chain);
/* A set of at most so many different keys, to which rules of the same batch may add. */
void nftables_write_set(const char *set, uint32_t key_length, uint32_t most);
void nftables_rule_begin(void);
void nftables_rule_end(void);
/* False, with errno, when this kernel has not all of it. */
bool nftables_send(void);

/* What a rule is made of, in this order: a rule goes on to its next expression when the one before lets it. */
void nftables_demand(struct nftables_part part, enum nft_cmp_ops comparison, const void *value);
void nftables_load_part(unsigned destination, struct nftables_part part);
void nftables_load(unsigned destination, const void *value, size_t length);
/* Goes on once for each key, which lies in the registers from `key` on, and no more when the set is full. */
void nftables_once(const char *set, unsigned key);
/* Tells the group's reader, with so many bytes of the packet. */
void nftables_log(uint16_t group, uint32_t bytes);
/* Hands a packet to the listener at the IPv4 address and port in these two registers, without changing it. */
void nftables_hand_over(unsigned address, unsigned port);

#endif
