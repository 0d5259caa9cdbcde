/*
 * A bundle of the Open Container Initiative's runtime specification 1.0: the root of the workshop and one `config.json`.
 */
#ifndef CLAWHOLD_BUNDLE_H
#define CLAWHOLD_BUNDLE_H

#include "container/engine.h"

#define BUNDLE ENGINE_PLACE "/bundle"
#define BUNDLE_CONTAINER "clawhold"

/* Writes it for a container whose first process begins as user and group `first_user`. */
void bundle_write(const struct start_request *request, unsigned first_user, const char *canary);

#endif
