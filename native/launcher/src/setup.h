/*
 * What a sandbox under construction says to the launcher: its pid, its listeners, how long each layer took, that it is
 * ready, or the one sentence that says why it is not.
 *
 * The socket (a pair of SOCK_SEQPACKET, so one message is one packet) is shared by the starter and by the sandbox's
 * future pid 1. It carries descriptors, so it is closed before any code of the sandbox runs.
 */
#ifndef CLAWHOLD_SETUP_H
#define CLAWHOLD_SETUP_H

#include "buffer.h"

enum setup_type {
  SETUP_BORN = 'b',
  SETUP_LISTENER = 'l',
  SETUP_DIAGNOSIS = 'd',
  SETUP_REFUSED_LOG = 'n',
  SETUP_USER_SPACE = 'u',
  SETUP_MOUNT_SPACE = 'm',
  SETUP_READY = 'r',
  SETUP_FAILED = 'f',
};

enum { SETUP_LONGEST = 128 * 1024, SETUP_LAYERS = 24 };

void setup_open(int socket);
int setup_socket(void);
void setup_close(void);

/* Ends this process after telling the launcher. `hint` says what a person can do about it. Text of errno: use %m. */
_Noreturn void setup_fail(const char *code, const char *hint, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Fails with a general hint when `result` is negative: for calls that only a broken kernel or system refuses. */
int setup_need(int result, const char *what);

void setup_send(const struct buffer *message, int descriptor);

/* The same over another socket of this kind. */
void setup_send_over(int socket, const struct buffer *message, int descriptor);

/* Notes the time since the last note under the name of the layer that was just finished. */
void setup_layer(const char *name);

/* Microseconds of the monotonic clock: a moment that another process may go on from. */
uint64_t setup_moment(void);
/* The next note counts from this moment; until the first call nothing is noted. */
void setup_layers_from(uint64_t moment);

void setup_write_layers(struct buffer *message);

#endif
