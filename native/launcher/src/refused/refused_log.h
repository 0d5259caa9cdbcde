/*
 * Datagrams to somewhere else: the kernel refuses them at once in the sandbox's own network, and keeps a message of each
 * destination for whoever reads the log. A full set ends it: no program can make more work than that.
 */
#ifndef CLAWHOLD_REFUSED_LOG_H
#define CLAWHOLD_REFUSED_LOG_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

/* More than what the supervisor shows of a sandbox (limits.refusedAddressesShown); a test compares the two. */
enum { MOST_REFUSED = 32 };

struct refused {
  struct in_addr address;
  uint16_t port;
};

/*
 * In the network namespace of this process: lays the rule, and opens what the log is read from. -1, with errno, when this
 * kernel cannot log so: then datagrams are refused and nobody is told.
 */
int refused_log_open(void);

/* Takes the next message; false when there is none. */
bool refused_log_take(int log, struct refused *refused);

#endif
