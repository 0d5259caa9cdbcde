/*
 * The listeners of a sandbox in a virtual machine: what comes to them goes out over the port, with the address that was
 * dialled, and is dialled again outside.
 */
#ifndef CLAWHOLD_DOORS_H
#define CLAWHOLD_DOORS_H

#include "wire.h"

/* A message of setup.h that brought a descriptor. */
void doors_take(struct reader message, int descriptor);

/* A datagram from outside for whoever asked. */
void doors_answer(struct reader payload);

#endif
