#define _GNU_SOURCE
#include "setup.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "wire.h"

static int channel = -1;

static struct {
  const char *name;
  uint32_t microseconds;
} layers[SETUP_LAYERS];
static unsigned layer_count;
static uint64_t last_note;

uint64_t setup_moment(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

void setup_open(int socket) { channel = socket; }

int setup_socket(void) { return channel; }

void setup_close(void) {
  close(channel);
  channel = -1;
}

void setup_send_over(int socket, const struct buffer *message, int descriptor) {
  union {
    char bytes[CMSG_SPACE(sizeof(int))];
    struct cmsghdr align;
  } control = {0};
  struct iovec content = {buffer_bytes(message), buffer_length(message)};
  struct msghdr header = {.msg_iov = &content, .msg_iovlen = 1};
  if (descriptor >= 0) {
    header.msg_control = &control;
    header.msg_controllen = sizeof control.bytes;
    struct cmsghdr *rights = CMSG_FIRSTHDR(&header);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof descriptor);
    memcpy(CMSG_DATA(rights), &descriptor, sizeof descriptor);
  }
  /* Without a launcher at the other end there is nobody to work for. */
  if (sendmsg(socket, &header, MSG_NOSIGNAL) < 0) _exit(71);
}

void setup_send(const struct buffer *message, int descriptor) { setup_send_over(channel, message, descriptor); }

void setup_fail(const char *code, const char *hint, const char *format, ...) {
  char sentence[512];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(sentence, sizeof sentence, format, arguments);
  va_end(arguments);
  struct buffer message = {0};
  write_u8(&message, SETUP_FAILED);
  write_text(&message, code);
  write_text(&message, sentence);
  write_text(&message, hint);
  setup_send(&message, -1);
  _exit(70);
}

int setup_need(int result, const char *what) {
  if (result < 0)
    setup_fail("sandbox_setup_failed", "Run `clawhold doctor` and compare with what it says about this kernel.",
               "The sandbox could not %s: %m.", what);
  return result;
}

void setup_layer(const char *name) {
  uint64_t now = setup_moment();
  if (last_note && layer_count < SETUP_LAYERS) {
    layers[layer_count].name = name;
    layers[layer_count++].microseconds = (uint32_t)(now - last_note);
  }
  last_note = now;
}

void setup_layers_from(uint64_t moment) { last_note = moment; }

void setup_write_layers(struct buffer *message) {
  write_u32(message, layer_count);
  for (unsigned i = 0; i < layer_count; i++) {
    write_text(message, layers[i].name);
    write_u32(message, layers[i].microseconds);
  }
}
