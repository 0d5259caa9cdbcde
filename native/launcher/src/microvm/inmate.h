/*
 * A sandbox in a virtual machine: the same layers as on the host, around the root that is shared with it.
 */
#ifndef CLAWHOLD_INMATE_H
#define CLAWHOLD_INMATE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Its user, in the machine as in the sandbox: files of the host's id have this one here. */
enum { INMATE_USER = 1000 };

struct inmate {
  pid_t process;
  int setup, channel; /* as a launcher has them: setup.h, orders.h */
};

/* `canary` is what no sandbox may reach, `handover` a message of handover.h. */
struct inmate inmate_begin(const char *canary, const uint8_t *handover, size_t length);

#endif
