/*
 * The frames that the launcher speaks with the supervisor, and with the pid 1 of each sandbox.
 *
 *   frame   = length:u32 type:u8 id:u32 payload        length counts type, id and payload; little endian
 *   payload = fields in the order that the type asks for
 *   field   = number:u32 | number:u64 | text | bytes | list
 *   text    = length:u32 bytes 0                       length counts the closing zero; no other zero inside
 *   bytes   = length:u32 bytes
 *   list    = count:u32 fields
 *
 * The same layout is written down in packages/sandbox/src/launcher/wire.ts; a test compares the two tables.
 */
#ifndef CLAWHOLD_WIRE_H
#define CLAWHOLD_WIRE_H

#include "buffer.h"

enum { FRAME_HEADER = 9, LONGEST_FRAME = 4 * 1024 * 1024, CHUNK = 64 * 1024 };

/* Supervisor to launcher. For `start`, `execute`, `job` and `caller` the frame's id becomes the name of what is made. */
enum request_type {
  REQUEST_START = 1,
  REQUEST_EXECUTE = 2,
  REQUEST_JOB = 3,
  REQUEST_INPUT = 4,
  REQUEST_CREDIT = 5,
  REQUEST_SIGNAL = 6,
  REQUEST_FREEZE = 7,
  REQUEST_THAW = 8,
  REQUEST_KILL = 9,
  REQUEST_INSPECT = 10,
  REQUEST_CALLER = 11,
  REQUEST_RENEW = 12,
};

/* Launcher to supervisor. */
enum report_type {
  REPORT_STARTED = 65,
  REPORT_FAILED = 66,
  REPORT_DONE = 67,
  REPORT_OUTPUT = 68,
  REPORT_EXITED = 69,
  REPORT_ENDED = 70,
  REPORT_INPUT_CREDIT = 71,
  REPORT_HELLO = 72,
  REPORT_INSPECTED = 73,
  REPORT_REFUSED = 74,
};

/* Launcher to pid 1, and back. */
enum order_type {
  ORDER_EXECUTE = 1,
  ORDER_SIGNAL = 2,
  ORDER_STOP_ALL = 3,
  ORDER_CONTINUE_ALL = 4,
  ORDER_LOOK = 5,  /* is there any process but you? */
  ORDER_RENEW = 6, /* the task folder is another mount now */
};
enum answer_type { ANSWER_EXITED = 1, ANSWER_STOPPED = 2, ANSWER_LOOKED = 3, ANSWER_RENEWED = 4 };

/* Reads fields; after the first one that does not fit, `bad` is set and every further read gives zero or "". */
struct reader {
  const uint8_t *at, *end;
  bool bad;
};

uint8_t read_u8(struct reader *reader);
uint32_t read_u32(struct reader *reader);
uint64_t read_u64(struct reader *reader);
/* A zero-terminated text that lies inside the frame. */
const char *read_text(struct reader *reader);
const uint8_t *read_bytes(struct reader *reader, uint32_t *length);
/* A list's count, at most `limit`. */
uint32_t read_count(struct reader *reader, uint32_t limit);
/* True when everything was read, and read well. */
bool read_complete(const struct reader *reader);

/* Writes one frame: begin, fields, end. `begin` returns a mark for `end`. */
size_t frame_begin(struct buffer *buffer, uint8_t type, uint32_t id);
void frame_end(struct buffer *buffer, size_t mark);
void write_u8(struct buffer *buffer, uint8_t value);
void write_u32(struct buffer *buffer, uint32_t value);
void write_u64(struct buffer *buffer, uint64_t value);
void write_text(struct buffer *buffer, const char *text);

struct frame {
  uint8_t type;
  uint32_t id;
  struct reader payload;
};

enum frame_state { FRAME_WHOLE, FRAME_PARTIAL, FRAME_MALFORMED };

/* Looks at the first frame of the queue; a whole one stays there until `frame_drop`. */
enum frame_state frame_next(const struct buffer *buffer, size_t longest, struct frame *frame);
void frame_drop(struct buffer *buffer);

#endif
