/*
 * Listeners on their way into the supervisor, over Node's own channel between processes.
 *
 * The channel carries one JSON object per line; `NODE_HANDLE` announces the descriptor that comes with it. The native
 * handle is passed as it is ("net.Native"), not as a listening server: until the supervisor gives it to a server of
 * its own, connections wait in the kernel's queue and none is lost.
 */
#ifndef CLAWHOLD_HANDLES_H
#define CLAWHOLD_HANDLES_H

#include <stdint.h>

void handles_open(int descriptor);

/* Sends listener number `index` of sandbox `id`, of a kind of request.h; the descriptor is closed when it is sent. */
void handles_send(uint32_t id, uint32_t index, uint32_t kind, int descriptor);

#endif
