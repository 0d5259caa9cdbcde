/*
 * Docker: its service makes an empty container without a network, whose only program is ours (visit.h).
 */
#ifndef CLAWHOLD_DOCKER_H
#define CLAWHOLD_DOCKER_H

#include "container/engine.h"

/* Becomes Docker's command, which ends with the container; answers only when it could not be run. */
void docker_call(const struct start_request *request, const char *invitation);

#endif
