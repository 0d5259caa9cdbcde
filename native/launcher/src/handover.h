/*
 * What the starter gives to the sandbox's first process once a sandbox was asked for: the request, what only the
 * starter could find out or open, and when it was asked.
 *
 * The first process waits for it inside its namespaces, with everything done that does not depend on the request.
 */
#ifndef CLAWHOLD_HANDOVER_H
#define CLAWHOLD_HANDOVER_H

#include "layers/cgroup.h"
#include "layers/mounts.h"
#include "layers/overlay.h"
#include "layers/paths.h"
#include "self_test/self_test.h"

struct handover {
  struct start_request request;
  uint64_t asked; /* a moment of setup.h */
  struct cgroup group;
  struct secret_file secrets[SECRETS];
  bool captures; /* see layers/capture.h */
  bool masked;   /* see layers/overlay.h */
  /* Only from a privileged starter; any other leaves them to the first process. */
  bool opened;
  struct overlay overlay;
  struct mounts mounts;
  struct paths paths;
};

/* `packet` is the request as it came from the launcher. */
void handover_send(int channel, const struct handover *handover, const uint8_t *packet, size_t length);

/* Waits for it; ends this process when the starter is gone. */
void handover_receive(int channel, struct handover *handover);

#endif
