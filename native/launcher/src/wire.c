#include "wire.h"

#include <string.h>

static const uint8_t *take(struct reader *reader, size_t length) {
  if (reader->bad || (size_t)(reader->end - reader->at) < length) {
    reader->bad = true;
    return NULL;
  }
  const uint8_t *bytes = reader->at;
  reader->at += length;
  return bytes;
}

static uint64_t number(struct reader *reader, size_t size) {
  const uint8_t *bytes = take(reader, size);
  uint64_t value = 0;
  if (bytes)
    for (size_t i = 0; i < size; i++) value |= (uint64_t)bytes[i] << (8 * i);
  return value;
}

uint8_t read_u8(struct reader *reader) { return (uint8_t)number(reader, 1); }
uint32_t read_u32(struct reader *reader) { return (uint32_t)number(reader, 4); }
uint64_t read_u64(struct reader *reader) { return number(reader, 8); }

const uint8_t *read_bytes(struct reader *reader, uint32_t *length) {
  *length = read_u32(reader);
  const uint8_t *bytes = take(reader, *length);
  if (!bytes) *length = 0;
  return bytes;
}

const char *read_text(struct reader *reader) {
  uint32_t length;
  const uint8_t *bytes = read_bytes(reader, &length);
  if (!length || memchr(bytes, 0, length) != bytes + length - 1) {
    reader->bad = true;
    return "";
  }
  return (const char *)bytes;
}

uint32_t read_count(struct reader *reader, uint32_t limit) {
  uint32_t count = read_u32(reader);
  if (count <= limit) return count;
  reader->bad = true;
  return 0;
}

bool read_complete(const struct reader *reader) { return !reader->bad && reader->at == reader->end; }

static void put(uint8_t *at, uint64_t value, size_t size) {
  for (size_t i = 0; i < size; i++) at[i] = (uint8_t)(value >> (8 * i));
}

static void write_number(struct buffer *buffer, uint64_t value, size_t size) {
  put(buffer_reserve(buffer, size), value, size);
  buffer->end += size;
}

void write_u8(struct buffer *buffer, uint8_t value) { write_number(buffer, value, 1); }
void write_u32(struct buffer *buffer, uint32_t value) { write_number(buffer, value, 4); }
void write_u64(struct buffer *buffer, uint64_t value) { write_number(buffer, value, 8); }

void write_text(struct buffer *buffer, const char *text) {
  write_u32(buffer, (uint32_t)strlen(text) + 1);
  buffer_append(buffer, text, strlen(text) + 1);
}

size_t frame_begin(struct buffer *buffer, uint8_t type, uint32_t id) {
  size_t mark = buffer_length(buffer);
  write_u32(buffer, 0);
  write_u8(buffer, type);
  write_u32(buffer, id);
  return mark;
}

void frame_end(struct buffer *buffer, size_t mark) {
  put(buffer_bytes(buffer) + mark, buffer_length(buffer) - mark - 4, 4);
}

enum frame_state frame_next(const struct buffer *buffer, size_t longest, struct frame *frame) {
  struct reader reader = {.at = buffer_bytes(buffer), .end = buffer_bytes(buffer) + buffer_length(buffer)};
  if (buffer_length(buffer) < 4) return FRAME_PARTIAL;
  uint32_t length = read_u32(&reader);
  if (length < FRAME_HEADER - 4 || length > longest) return FRAME_MALFORMED;
  if (buffer_length(buffer) - 4 < length) return FRAME_PARTIAL;
  reader.end = reader.at + length;
  frame->type = read_u8(&reader);
  frame->id = read_u32(&reader);
  frame->payload = reader;
  return FRAME_WHOLE;
}

void frame_drop(struct buffer *buffer) {
  struct reader reader = {.at = buffer_bytes(buffer), .end = buffer_bytes(buffer) + 4};
  buffer_consume(buffer, 4 + read_u32(&reader));
}
