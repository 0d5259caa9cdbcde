#define _GNU_SOURCE
#include "layers/capture.h"

#include <arpa/inet.h>
#include <sys/socket.h>

#include "layers/nftables.h"

static const struct nftables_part protocol = {NFT_PAYLOAD_NETWORK_HEADER, 9, 1},
                                  destination_network = {NFT_PAYLOAD_NETWORK_HEADER, 16, 1},
                                  destination_prefix = {NFT_PAYLOAD_NETWORK_HEADER, 16, 2},
                                  destination_port = {NFT_PAYLOAD_TRANSPORT_HEADER, 2, 2};

static void begin_rule(void) {
  const uint8_t tcp = IPPROTO_TCP;
  nftables_rule_begin();
  nftables_demand(protocol, NFT_CMP_EQ, &tcp);
}

static void hand_over(void) {
  const uint32_t address = htonl(CAPTURE_ADDRESS);
  const uint16_t port = htons(CAPTURE_PORT);
  nftables_load(NFT_REG_1, &address, sizeof address);
  nftables_load(NFT_REG_2, &port, sizeof port);
  nftables_hand_over(NFT_REG_1, NFT_REG_2);
  nftables_rule_end();
}

static void stands_for_a_name(void) {
  const uint16_t prefix = htons(CAPTURED_ADDRESSES >> 16);
  nftables_demand(destination_prefix, NFT_CMP_EQ, &prefix);
}

void capture_demand_somewhere_else(void) {
  const uint8_t loopback = 127;
  const uint16_t prefix = htons(CAPTURE_ADDRESS >> 16), names = htons(53);
  nftables_demand(destination_network, NFT_CMP_NEQ, &loopback);
  nftables_demand(destination_prefix, NFT_CMP_NEQ, &prefix);
  nftables_demand(destination_port, NFT_CMP_NEQ, &names);
}

bool capture_lay(void) {
  nftables_begin(NFPROTO_IPV4, "clawhold", "capture");
  begin_rule();
  stands_for_a_name();
  hand_over();
  begin_rule();
  capture_demand_somewhere_else();
  hand_over();
  return nftables_send();
}

bool capture_accept_for_others(int listener) {
  return !setsockopt(listener, IPPROTO_IP, IP_TRANSPARENT, &(int){1}, sizeof(int));
}
