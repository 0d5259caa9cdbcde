/*
 * Podman, without a service and without the host's root: in the workshop, for one container, with nothing kept on a disk.
 */
#ifndef CLAWHOLD_PODMAN_H
#define CLAWHOLD_PODMAN_H

#include "container/engine.h"

/* Becomes what waits for Podman and its container; answers only when the program could not be run. */
void podman_run(const struct start_request *request, const char *canary);

#endif
