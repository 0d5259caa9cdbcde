/*
 * QEMU as the container of a sandbox: alone in namespaces of its own, as the sandbox's user, without a right, under the
 * filter of a sandbox and QEMU's own. It sees its program, the guest's kernel, and the root that the workshop made.
 */
#ifndef CLAWHOLD_MACHINE_H
#define CLAWHOLD_MACHINE_H

#include <stdint.h>

#include "request.h"

/* What QEMU needs beside the memory and the processes of the machine, for the control group. */
enum { MACHINE_THREADS = 160 };
#define MACHINE_MEMORY (UINT64_C(512) * 1024 * 1024)


/* Starts it from the workshop, and waits until the keeper knows it; answers this end of the port. */
int machine_begin(const struct start_request *request);

/* It waits before it becomes QEMU: whoever looks at it from outside finds it, however soon QEMU ends. */
void machine_go_on(void);

#endif
