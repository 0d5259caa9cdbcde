/*
 * The supervisor's stream: requests in, reports out.
 *
 * The supervisor is trusted more than a sandbox but less than the launcher: a frame that is not what the protocol says
 * ends the launcher, and with it every sandbox.
 */
#ifndef CLAWHOLD_CONTROL_H
#define CLAWHOLD_CONTROL_H

#include "wire.h"

/* Serves the supervisor at `descriptor`. `ended` is called when the stream closes. */
void control_open(int descriptor, void (*ended)(void));

/* The queue of reports; write whole frames, then call `control_flush`. */
struct buffer *control_reports(void);
void control_flush(void);

/* True while so much is queued that nothing should be read from sandboxes. */
bool control_is_full(void);

void control_report_done(uint32_t id);
void control_report_failed(uint32_t id, const char *code, const char *message, const char *hint);

/* Ends the launcher: the supervisor broke the protocol. */
_Noreturn void control_broken(const char *what);

#endif
