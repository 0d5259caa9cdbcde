#define _GNU_SOURCE
#include "microvm/flow.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "loop.h"
#include "microvm/port.h"

enum { FLOW_WINDOW = 64 * 1024, PIECE = 16 * 1024, MOST_FLOWS = 4096, FLOWS_OF_COMMANDS = 1024 };

struct flow {
  struct flow *next;
  uint32_t id;
  enum flow_part part;
  struct watch watch;
  bool reads, over;
  uint32_t credit;       /* of one that reads */
  struct buffer pending; /* of one that writes */
  bool ending, aborted;
};

static struct flow *flows;
static unsigned count;
static void (*progress)(void);

void flow_on_progress(void (*progress_)(void)) { progress = progress_; }

static struct flow *find(uint32_t id, enum flow_part part) {
  for (struct flow *flow = flows; flow; flow = flow->next)
    if (flow->id == id && flow->part == part && !flow->over) return flow;
  return NULL;
}

bool flow_is_full(void) { return count + 2 > MOST_FLOWS - FLOWS_OF_COMMANDS; }

static size_t begin(const struct flow *flow, uint8_t word) {
  size_t mark = frame_begin(port_frames(), word, flow->id);
  write_u8(port_frames(), (uint8_t)flow->part);
  return mark;
}

static void finish(struct flow *flow) {
  loop_close(&flow->watch);
  buffer_free(&flow->pending);
  flow->over = true;
  if (progress) progress();
}

static void end_reading(struct flow *flow, bool aborted) {
  size_t mark = begin(flow, PORT_END);
  write_u8(port_frames(), aborted);
  frame_end(port_frames(), mark);
  finish(flow);
}

/* True when there may be more to read, and it may be read. */
static bool read_piece(struct flow *flow) {
  uint8_t piece[PIECE];
  size_t room = flow->credit < PIECE ? flow->credit : PIECE;
  if (!room) return false;
  ssize_t length = read(flow->watch.fd, piece, room);
  if (length < 0 && errno == EINTR) return true;
  if (length < 0 && errno == EAGAIN) return false;
  if (length <= 0) {
    end_reading(flow, length < 0);
    return false;
  }
  size_t mark = begin(flow, PORT_DATA);
  write_u32(port_frames(), (uint32_t)length);
  buffer_append(port_frames(), piece, (size_t)length);
  frame_end(port_frames(), mark);
  flow->credit -= (uint32_t)length;
  return true;
}

static void readable(struct watch *watch, uint32_t events) {
  struct flow *flow = watch->owner;
  (void)events;
  read_piece(flow);
  if (!flow->over && !flow->credit) loop_pause(&flow->watch);
  port_flush();
}

static void stop_writing(struct flow *flow) {
  frame_end(port_frames(), begin(flow, PORT_STOP));
  finish(flow);
}

static void end_writing(struct flow *flow) {
  const struct linger at_once = {.l_onoff = 1};
  if (flow->aborted) setsockopt(flow->watch.fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  else if (flow->part >= FLOW_OUT_OF_MACHINE) shutdown(flow->watch.fd, SHUT_WR);
  finish(flow);
}

static void write_pending(struct flow *flow) {
  uint32_t written = 0;
  ssize_t length = 0;
  while (buffer_length(&flow->pending)) {
    length = write(flow->watch.fd, buffer_bytes(&flow->pending), buffer_length(&flow->pending));
    if (length < 0 && errno == EINTR) continue;
    if (length < 0) break;
    buffer_consume(&flow->pending, (size_t)length);
    written += (uint32_t)length;
  }
  if (written) {
    size_t mark = begin(flow, PORT_CREDIT);
    write_u32(port_frames(), written);
    frame_end(port_frames(), mark);
  }
  if (buffer_length(&flow->pending) && errno != EAGAIN) return stop_writing(flow);
  if (buffer_length(&flow->pending)) return loop_watch(&flow->watch, EPOLLOUT);
  if (flow->ending) return end_writing(flow);
  /* Told of nothing but that nobody reads any more. */
  loop_watch(&flow->watch, 0);
  if (progress) progress();
}

static void writable(struct watch *watch, uint32_t events) {
  struct flow *flow = watch->owner;
  if (events & EPOLLOUT) write_pending(flow);
  else if (events & EPOLLERR || (flow->part < FLOW_OUT_OF_MACHINE && events & EPOLLHUP)) stop_writing(flow);
  else if (events & EPOLLHUP) loop_pause(watch);
  port_flush();
}

static struct flow *make(uint32_t id, enum flow_part part, int descriptor) {
  struct flow *flow = calloc(1, sizeof *flow);
  if (!flow || find(id, part) || count == MOST_FLOWS) _exit(72);
  count++;
  fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK);
  *flow = (struct flow){.next = flows, .id = id, .part = part, .watch = {.fd = descriptor, .owner = flow}};
  flows = flow;
  return flow;
}

void flow_read_from(uint32_t id, enum flow_part part, int descriptor) {
  struct flow *flow = make(id, part, descriptor);
  flow->reads = true;
  flow->credit = FLOW_WINDOW;
  flow->watch.ready = readable;
  loop_watch(&flow->watch, EPOLLIN);
}

void flow_write_to(uint32_t id, enum flow_part part, int descriptor) {
  struct flow *flow = make(id, part, descriptor);
  flow->watch.ready = writable;
  loop_watch(&flow->watch, 0);
}

static bool take_data(struct flow *flow, struct reader *payload) {
  uint32_t length;
  const uint8_t *bytes = read_bytes(payload, &length);
  if (!read_complete(payload)) return false;
  if (!flow) return true; /* nobody wants it any more */
  if (flow->reads || flow->ending || buffer_length(&flow->pending) + length > FLOW_WINDOW) return false;
  buffer_append(&flow->pending, bytes, length);
  write_pending(flow);
  return true;
}

static bool take_end(struct flow *flow, struct reader *payload) {
  bool aborted = read_u8(payload);
  if (!read_complete(payload)) return false;
  if (!flow) return true;
  if (flow->reads || flow->ending) return false;
  flow->ending = true;
  flow->aborted = aborted;
  write_pending(flow);
  return true;
}

static bool take_credit(struct flow *flow, struct reader *payload) {
  uint32_t number = read_u32(payload);
  if (!read_complete(payload)) return false;
  if (!flow) return true;
  if (!flow->reads || number > FLOW_WINDOW - flow->credit) return false;
  flow->credit += number;
  if (!flow->watch.watched) loop_watch(&flow->watch, EPOLLIN);
  if (progress) progress();
  return true;
}

static bool take_stop(struct flow *flow, struct reader *payload) {
  if (!read_complete(payload)) return false;
  if (!flow) return true;
  if (!flow->reads) return false;
  finish(flow);
  return true;
}

bool flow_obey(const struct frame *frame) {
  struct reader payload = frame->payload;
  uint8_t part = read_u8(&payload);
  if (payload.bad || part >= FLOW_PARTS) return false;
  struct flow *flow = find(frame->id, part);
  switch (frame->type) {
    case PORT_DATA:
      return take_data(flow, &payload);
    case PORT_END:
      return take_end(flow, &payload);
    case PORT_CREDIT:
      return take_credit(flow, &payload);
    case PORT_STOP:
      return take_stop(flow, &payload);
    default:
      return false;
  }
}

bool flow_drained(uint32_t id, enum flow_part part) {
  struct flow *flow = find(id, part);
  while (flow && !flow->over && read_piece(flow)) continue;
  return !flow || flow->over || flow->credit;
}

bool flow_settled(uint32_t id, enum flow_part part) {
  const struct flow *flow = find(id, part);
  return !flow || !buffer_length(&flow->pending);
}

void flow_sweep(void) {
  for (struct flow **link = &flows; *link;) {
    struct flow *flow = *link;
    if (!flow->over) {
      link = &flow->next;
      continue;
    }
    *link = flow->next;
    free(flow);
    count--;
  }
}
