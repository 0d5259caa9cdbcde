/*
 * That a command ended is told only after everything that it wrote: its answer waits for its flows.
 */
#ifndef CLAWHOLD_ANSWERS_H
#define CLAWHOLD_ANSWERS_H

#include "wire.h"

/* `ready` says whether a flow of a command has brought what it had; `pass` passes an answer on, as a whole frame. */
void answers_open(bool (*ready)(uint32_t command), void (*pass)(const uint8_t *bytes, size_t length));

/* An answer of a first process, which may have to wait. */
void answers_add(const struct frame *answer, const uint8_t *bytes, size_t length);

#endif
