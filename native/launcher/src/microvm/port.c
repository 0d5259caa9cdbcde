#define _GNU_SOURCE
#include "microvm/port.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "loop.h"

static struct watch line = {.fd = -1};
static struct buffer heard, said;
static void (*obey)(const struct frame *frame);
static void (*end)(void);

struct buffer *port_frames(void) { return &said; }

void port_flush(void) {
  while (buffer_length(&said)) {
    ssize_t length = write(line.fd, buffer_bytes(&said), buffer_length(&said));
    if (length < 0 && errno == EINTR) continue;
    if (length < 0 && errno == EAGAIN) break;
    if (length <= 0) return end();
    buffer_consume(&said, (size_t)length);
  }
  if (buffer_length(&said) > MOST_SAID) _exit(72);
  loop_watch(&line, EPOLLIN | (buffer_length(&said) ? EPOLLOUT : 0));
}

static void ready(struct watch *watch, uint32_t events) {
  if (events & EPOLLOUT) port_flush();
  if (!(events & (EPOLLIN | EPOLLHUP | EPOLLERR))) return;
  ssize_t length = read(watch->fd, buffer_reserve(&heard, CHUNK), CHUNK);
  if (length < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (length <= 0) return end();
  heard.end += (size_t)length;
  struct frame frame;
  enum frame_state state;
  while ((state = frame_next(&heard, LONGEST_PORT_FRAME, &frame)) == FRAME_WHOLE) {
    obey(&frame);
    frame_drop(&heard);
  }
  if (state == FRAME_MALFORMED) _exit(72);
  port_flush();
}

void port_open(int descriptor, void (*obey_)(const struct frame *frame), void (*end_)(void)) {
  obey = obey_;
  end = end_;
  line = (struct watch){.fd = descriptor, .ready = ready};
  fcntl(descriptor, F_SETFL, O_NONBLOCK | O_RDWR);
  loop_watch(&line, EPOLLIN);
}
