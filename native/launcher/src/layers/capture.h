/*
 * Programs that ignore proxies: TCP to the addresses that stand for names goes to one listener, whatever the port. So does
 * TCP to any other address that is not the sandbox's own: it leads nowhere, and whoever serves the listener can tell of it.
 *
 * The supervisor answers names with addresses of 198.19.0.0/16 (RFC 2544: in no network). TPROXY hands a connection to
 * any of them to a listener of ours without changing it, so the listener sees the address and port that were dialled;
 * there is no translation, and nothing to look up.
 */
#ifndef CLAWHOLD_CAPTURE_H
#define CLAWHOLD_CAPTURE_H

#include <netinet/in.h>
#include <stdbool.h>

/* The same numbers stand in packages/sandbox/src/capture.ts; a test compares them. */
#define CAPTURED_ADDRESSES 0xC6130000u /* 198.19.0.0, all that begin with these 16 bits */
#define CAPTURE_ADDRESS 0xC6120002u    /* 198.18.0.2 */
/* Below 1024, so that no program of a sandbox can listen there. */
#define CAPTURE_PORT 1u

/* Lays the rules in the network namespace of this process. False, with errno, when this kernel has no nftables or no TPROXY. */
bool capture_lay(void);

/* In a rule: goes on for what is sent neither to the sandbox itself nor to a listener of ours. */
void capture_demand_somewhere_else(void);

/* Lets a listener accept connections to addresses that are not its own. */
bool capture_accept_for_others(int listener);

#endif
