/*
 * Bytes that go one way over the port: from a descriptor of one side to a descriptor of the other, in windows, so that a
 * program nobody listens to waits instead of filling memory.
 */
#ifndef CLAWHOLD_FLOW_H
#define CLAWHOLD_FLOW_H

#include "buffer.h"
#include "wire.h"

/* The streams of a command, by their numbers, and both ways of a connection. With the id they name a flow. */
enum flow_part { FLOW_INPUT = 0, FLOW_OUTPUT = 1, FLOW_ERRORS = 2, FLOW_OUT_OF_MACHINE = 3, FLOW_INTO_MACHINE = 4, FLOW_PARTS };

/* Descriptors that this side reads from, or writes to; they are taken over. */
void flow_read_from(uint32_t id, enum flow_part part, int descriptor);
void flow_write_to(uint32_t id, enum flow_part part, int descriptor);

/* Carries out a frame about a flow; false when it is none, or breaks the rules. */
bool flow_obey(const struct frame *frame);

/* Reads what there is now; true when nothing is left to be read or the flow is over, false when it must wait. */
bool flow_drained(uint32_t id, enum flow_part part);

/* True when everything that came was written. */
bool flow_settled(uint32_t id, enum flow_part part);

/* True when no more connections may be made: the rest is for commands. */
bool flow_is_full(void);

/* Called whenever one of the two above may have become true. */
void flow_on_progress(void (*progress)(void));

/* Frees what is over: between two events of the loop. */
void flow_sweep(void);

#endif
