/* A TCP connection, as the program that opened it sees it; addresses and ports as numbers of this machine. */
#ifndef CLAWHOLD_CONNECTION_H
#define CLAWHOLD_CONNECTION_H

#include <stdint.h>

struct connection {
  uint32_t local, remote;
  uint16_t local_port, remote_port;
};

/* A socket through which the connections of this process's network namespace can be looked up. */
int connection_diagnosis(void);

/* The inode of the socket that holds it in the namespace of `diagnosis`; 0 when there is none, or none any more. */
uint64_t connection_inode(int diagnosis, const struct connection *connection);

#endif
