/*
 * Which programs hold a connection: asked by the supervisor about one that its sandbox has opened.
 *
 * It is found from outside, in the host's /proc, by a process of its own for each question: however many processes and
 * descriptors a sandbox has, only its own question takes longer. The socket that knows the kernel's connections was made
 * in the sandbox's network namespace and never was in reach of its programs.
 */
#ifndef CLAWHOLD_CALLER_H
#define CLAWHOLD_CALLER_H

#include "wire.h"

/* The supervisor's question; the answer comes as output of a process, like that of a job. */
void caller_start(uint32_t id, struct reader payload);

#endif
