/*
 * What the launcher hears while a sandbox is being built, and what it checks with its own eyes before it believes it.
 */
#ifndef CLAWHOLD_BIRTH_H
#define CLAWHOLD_BIRTH_H

#include "sandbox.h"

void birth_ready(struct watch *watch, uint32_t events);

/* Reads everything that was said so far. */
void birth_read(struct sandbox *sandbox);

#endif
