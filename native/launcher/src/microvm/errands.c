#define _GNU_SOURCE
#include "microvm/errands.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "loop.h"
#include "microvm/flow.h"
#include "microvm/port.h"

/* Who asks a datagram listener, with a socket for the answers; the one that asked longest ago gives its place away. */
enum { MOST_ASKING = 64, LONGEST_DATAGRAM = 65507 };
static struct asking {
  struct watch watch;
  uint32_t address, port, listener;
} asking[MOST_ASKING];
static unsigned next_asking;

static struct sockaddr_in place(uint32_t address, uint32_t port) {
  return (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = address};
}

static int reach(int type, struct sockaddr_in there) {
  int descriptor = socket(AF_INET, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (descriptor < 0) return -1;
  if (!connect(descriptor, (struct sockaddr *)&there, sizeof there) || errno == EINPROGRESS) return descriptor;
  close(descriptor);
  return -1;
}

static void say_end(uint32_t id, enum flow_part part, uint8_t word) {
  size_t mark = frame_begin(port_frames(), word, id);
  write_u8(port_frames(), (uint8_t)part);
  if (word == PORT_END) write_u8(port_frames(), true);
  frame_end(port_frames(), mark);
}

static bool connect_for(const struct frame *frame, struct reader payload) {
  uint32_t address = read_u32(&payload), port = read_u32(&payload);
  if (!read_complete(&payload) || !port || port > 65535) return false;
  if (flow_is_full()) return false; /* the machine counts them too */
  int out = reach(SOCK_STREAM, place(address, port)), in = out < 0 ? -1 : fcntl(out, F_DUPFD_CLOEXEC, 0);
  if (in < 0) {
    if (out >= 0) close(out);
    say_end(frame->id, FLOW_INTO_MACHINE, PORT_END);
    say_end(frame->id, FLOW_OUT_OF_MACHINE, PORT_STOP);
    return true;
  }
  flow_write_to(frame->id, FLOW_OUT_OF_MACHINE, out);
  flow_read_from(frame->id, FLOW_INTO_MACHINE, in);
  return true;
}

static void bring_answer(struct watch *watch, uint32_t events) {
  static uint8_t bytes[LONGEST_DATAGRAM];
  const struct asking *who = watch->owner;
  (void)events;
  ssize_t length = recv(watch->fd, bytes, sizeof bytes, 0);
  if (length < 0 && errno != EAGAIN && errno != EINTR) return loop_close(watch);
  if (length < 0) return;
  size_t mark = frame_begin(port_frames(), PORT_DATAGRAM, 0);
  write_u32(port_frames(), who->address);
  write_u32(port_frames(), who->port);
  write_u32(port_frames(), who->listener);
  write_u32(port_frames(), (uint32_t)length);
  buffer_append(port_frames(), bytes, (size_t)length);
  frame_end(port_frames(), mark);
  port_flush();
}

static struct asking *who_asks(uint32_t address, uint32_t port, uint32_t listener) {
  for (unsigned i = 0; i < MOST_ASKING; i++) {
    struct asking *who = &asking[i];
    if (who->watch.owner && who->watch.fd >= 0 && who->address == address && who->port == port && who->listener == listener) return who;
  }
  struct asking *who = &asking[next_asking++ % MOST_ASKING];
  if (who->watch.owner) loop_close(&who->watch);
  /* In the machine the way to an address begins at that address, so it is also the one that was asked. */
  int descriptor = reach(SOCK_DGRAM, place(address, listener));
  *who = (struct asking){.watch = {.fd = descriptor, .ready = bring_answer, .owner = who}, address, port, listener};
  loop_watch(&who->watch, EPOLLIN);
  return who;
}

static bool ask_for(struct reader payload) {
  uint32_t address = read_u32(&payload), port = read_u32(&payload), listener = read_u32(&payload), length;
  const uint8_t *bytes = read_bytes(&payload, &length);
  if (!read_complete(&payload) || !listener || listener > 65535 || length > LONGEST_DATAGRAM) return false;
  /* A datagram that cannot be sent is lost, as datagrams are. */
  (void)!send(who_asks(address, port, listener)->watch.fd, bytes, length, MSG_NOSIGNAL);
  return true;
}

/* The same datagram without its content: the workshop's kernel refuses it too, and tells the launcher. */
static bool be_refused_for(struct reader payload) {
  uint32_t address = read_u32(&payload), port = read_u32(&payload);
  if (!read_complete(&payload) || port > 65535) return false;
  int descriptor = reach(SOCK_DGRAM, place(address, port));
  if (descriptor < 0) return true;
  (void)!send(descriptor, "", 0, MSG_NOSIGNAL);
  close(descriptor);
  return true;
}

bool errands_obey(const struct frame *frame) {
  switch (frame->type) {
    case PORT_CONNECT:
      return connect_for(frame, frame->payload);
    case PORT_DATAGRAM:
      return ask_for(frame->payload);
    case PORT_REFUSED:
      return be_refused_for(frame->payload);
    default:
      return false;
  }
}
