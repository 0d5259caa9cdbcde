#define _GNU_SOURCE
#include "microvm/doors.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "loop.h"
#include "microvm/flow.h"
#include "microvm/port.h"
#include "refused/refused_log.h"
#include "request.h"
#include "setup.h"

enum { LONGEST_DATAGRAM = 65507, BEFORE_COMMANDS = 0x80000000 };

/* Datagram listeners, by their port; of others only the watch counts. */
static struct door {
  struct watch watch;
  uint32_t port;
} doors[MOST_LISTENERS], refused_log;
static unsigned door_count;

static void say_connection(int connection) {
  static uint32_t connections;
  struct sockaddr_in dialled;
  socklen_t size = sizeof dialled;
  int out = fcntl(connection, F_DUPFD_CLOEXEC, 0);
  if (out < 0 || getsockname(connection, (struct sockaddr *)&dialled, &size)) _exit(71);
  uint32_t id = BEFORE_COMMANDS | ++connections;
  size_t mark = frame_begin(port_frames(), PORT_CONNECT, id);
  write_u32(port_frames(), dialled.sin_addr.s_addr);
  write_u32(port_frames(), ntohs(dialled.sin_port));
  frame_end(port_frames(), mark);
  flow_read_from(id, FLOW_OUT_OF_MACHINE, out);
  flow_write_to(id, FLOW_INTO_MACHINE, connection);
}

static void let_in(struct watch *watch, uint32_t events) {
  (void)events;
  int connection = accept4(watch->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (connection >= 0 && flow_is_full()) close(connection);
  else if (connection >= 0) say_connection(connection);
  port_flush();
}

static void pass_datagram(struct watch *watch, uint32_t events) {
  static uint8_t bytes[LONGEST_DATAGRAM];
  const struct door *door = watch->owner;
  struct sockaddr_in from;
  socklen_t size = sizeof from;
  (void)events;
  ssize_t length = recvfrom(watch->fd, bytes, sizeof bytes, 0, (struct sockaddr *)&from, &size);
  if (length < 0) return;
  size_t mark = frame_begin(port_frames(), PORT_DATAGRAM, 0);
  write_u32(port_frames(), from.sin_addr.s_addr);
  write_u32(port_frames(), ntohs(from.sin_port));
  write_u32(port_frames(), door->port);
  write_u32(port_frames(), (uint32_t)length);
  buffer_append(port_frames(), bytes, (size_t)length);
  frame_end(port_frames(), mark);
  port_flush();
}

void doors_answer(struct reader payload) {
  uint32_t address = read_u32(&payload), port = read_u32(&payload), listener = read_u32(&payload), length;
  const uint8_t *bytes = read_bytes(&payload, &length);
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = address};
  for (unsigned i = 0; !payload.bad && i < door_count; i++)
    if (doors[i].port == listener)
      (void)!sendto(doors[i].watch.fd, bytes, length, MSG_NOSIGNAL, (struct sockaddr *)&to, sizeof to);
}

static void pass_refused(struct watch *watch, uint32_t events) {
  struct refused refused;
  (void)events;
  while (refused_log_take(watch->fd, &refused)) {
    size_t mark = frame_begin(port_frames(), PORT_REFUSED, 0);
    write_u32(port_frames(), refused.address.s_addr);
    write_u32(port_frames(), refused.port);
    frame_end(port_frames(), mark);
  }
  port_flush();
}

void doors_take(struct reader message, int descriptor) {
  uint8_t what = read_u8(&message);
  if (what == SETUP_REFUSED_LOG) {
    refused_log.watch = (struct watch){.fd = descriptor, .ready = pass_refused};
    return loop_watch(&refused_log.watch, EPOLLIN);
  }
  read_u32(&message);
  uint32_t kind = read_u32(&message);
  if (what != SETUP_LISTENER || door_count == MOST_LISTENERS) _exit(71);
  struct door *door = &doors[door_count++];
  struct sockaddr_in own;
  socklen_t size = sizeof own;
  if (kind == LISTENER_DATAGRAM && !getsockname(descriptor, (struct sockaddr *)&own, &size)) door->port = ntohs(own.sin_port);
  door->watch = (struct watch){.fd = descriptor, .ready = kind == LISTENER_DATAGRAM ? pass_datagram : let_in, .owner = door};
  loop_watch(&door->watch, EPOLLIN);
}
