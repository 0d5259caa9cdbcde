/*
 * The network of a sandbox: a loopback interface on which every IPv4 address is local, and nothing else.
 *
 * So whatever address a program dials, it reaches one of the listeners that were made here and handed to the
 * supervisor, or is refused at once. There is no interface, route or bridge to the host. IPv6 is switched off.
 */
#ifndef CLAWHOLD_NETWORK_H
#define CLAWHOLD_NETWORK_H

#include "request.h"

/* False when this kernel cannot capture connections (capture.h): then no address but those of listeners answers. */
bool network_raise(void);

/* Makes each listener and sends it to the launcher. */
void network_listen(const struct start_request *request);

/* Sends the launcher what it looks connections up with: see caller/connection.h. */
void network_open_diagnosis(void);

/* Sends the launcher what it hears of refused datagrams from, where this kernel tells: see refused/refused_log.h. */
void network_open_refused_log(void);

#endif
