/*
 * Stays beside a virtual machine in the workshop and stands for its first process: orders and streams of the launcher go
 * in over the port, answers come out, and what is dialled in the machine is dialled here, in the workshop's network.
 */
#ifndef CLAWHOLD_ATTENDANT_H
#define CLAWHOLD_ATTENDANT_H

#include "request.h"

/* An engine of engine.h. */
_Noreturn void attendant_run(const struct start_request *request, const char *canary);

#endif
