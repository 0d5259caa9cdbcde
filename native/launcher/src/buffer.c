#define _GNU_SOURCE
#include "buffer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { SMALLEST = 64 * 1024 };

static void grow(struct buffer *buffer, size_t wanted) {
  size_t capacity = buffer->capacity ? buffer->capacity : SMALLEST;
  while (capacity < wanted) capacity *= 2;
  void *memory = buffer->memory
                     ? mremap(buffer->memory, buffer->capacity, capacity, MREMAP_MAYMOVE)
                     : mmap(NULL, capacity, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED || (!buffer->inherited && madvise(memory, capacity, MADV_DONTFORK))) {
    perror("clawhold-launcher: no memory for a queue");
    _Exit(70);
  }
  buffer->memory = memory;
  buffer->capacity = capacity;
}

uint8_t *buffer_reserve(struct buffer *buffer, size_t length) {
  if (buffer->begin && buffer->end + length > buffer->capacity) {
    memmove(buffer->memory, buffer->memory + buffer->begin, buffer_length(buffer));
    buffer->end -= buffer->begin;
    buffer->begin = 0;
  }
  if (buffer->end + length > buffer->capacity) grow(buffer, buffer->end + length);
  return buffer->memory + buffer->end;
}

void buffer_append(struct buffer *buffer, const void *bytes, size_t length) {
  if (!length) return;
  memcpy(buffer_reserve(buffer, length), bytes, length);
  buffer->end += length;
}

void buffer_consume(struct buffer *buffer, size_t length) {
  buffer->begin += length;
  if (buffer->begin == buffer->end) buffer->begin = buffer->end = 0;
}

void buffer_free(struct buffer *buffer) {
  if (buffer->memory) munmap(buffer->memory, buffer->capacity);
  *buffer = (struct buffer){.inherited = buffer->inherited};
}
