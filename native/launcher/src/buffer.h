/*
 * A growing queue of bytes: append at the end, consume from the front.
 *
 * Its memory is not inherited by forked processes (MADV_DONTFORK): the queues of the launcher hold what *other*
 * sandboxes wrote, and a sandbox's pid 1 begins its life as a fork of the launcher.
 */
#ifndef CLAWHOLD_BUFFER_H
#define CLAWHOLD_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buffer {
  uint8_t *memory;
  size_t capacity, begin, end;
  bool inherited; /* set before the first use: forked processes get a copy after all */
};

/* Room for `length` bytes at the end; never fails: a launcher without memory ends, and with it its sandboxes. */
uint8_t *buffer_reserve(struct buffer *buffer, size_t length);
void buffer_append(struct buffer *buffer, const void *bytes, size_t length);
void buffer_consume(struct buffer *buffer, size_t length);
void buffer_free(struct buffer *buffer);

static inline size_t buffer_length(const struct buffer *buffer) { return buffer->end - buffer->begin; }
static inline uint8_t *buffer_bytes(const struct buffer *buffer) { return buffer->memory + buffer->begin; }

#endif
