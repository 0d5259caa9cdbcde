#define _GNU_SOURCE
#include "birth.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "container/engine.h"
#include "control.h"
#include "handles.h"
#include "kernel.h"
#include "layers/identity.h"
#include "outside.h"
#include "request.h"
#include "setup.h"
#include "spare.h"

static void fail(struct sandbox *sandbox, const char *code, const char *message, const char *hint) {
  if (sandbox->state == SANDBOX_STARTING) control_report_failed(sandbox->id, code, message, hint);
  sandbox_end(sandbox, "it did not start");
}

static void born(struct sandbox *sandbox, struct reader message) {
  sandbox->first = (pid_t)read_u32(&message);
  for (unsigned i = 0; i < CGROUP_CONTROLLERS; i++) sandbox->cgroup.holds[i] = read_u8(&message);
  buffer_append(&sandbox->namespaces, message.at, (size_t)(message.end - message.at));
  if (engine_is_used()) {
    sandbox->life.fd = kernel_open_process(sandbox->first);
    if (sandbox->life.fd < 0) sandbox->first = 0;
    else loop_watch(&sandbox->life, EPOLLIN);
  }
  if (sandbox->first && sandbox->state == SANDBOX_ENDING) sandbox_kill_first(sandbox);
}

static void ready(struct sandbox *sandbox, struct reader message) {
  const char *doubt = outside_look(sandbox);
  if (!doubt) doubt = drift_begin(sandbox);
  if (doubt)
    return fail(sandbox, "sandbox_probe_succeeded", doubt,
                "Do not run agents on this machine before the cause is found.");
  struct buffer *reports = control_reports();
  size_t mark = frame_begin(reports, REPORT_STARTED, sandbox->id);
  write_u8(reports, identity_privileged());
  write_u32(reports, sandbox->user);
  write_u32(reports, sandbox->group);
  write_u32(reports, INSIDE_ID);
  for (unsigned i = 0; i < CGROUP_CONTROLLERS; i++) write_u8(reports, sandbox->cgroup.holds[i]);
  write_text(reports, cgroup_layout());
  buffer_append(reports, buffer_bytes(&sandbox->namespaces), buffer_length(&sandbox->namespaces));
  buffer_append(reports, message.at, (size_t)(message.end - message.at));
  drift_write(sandbox, reports);
  write_u32(reports, sandbox->seconds);
  frame_end(reports, mark);
  sandbox->state = SANDBOX_RUNNING;
  sandbox_begin_life(sandbox);
  loop_watch(&sandbox->channel, EPOLLIN);
  loop_close(&sandbox->setup);
  control_flush();
  spare_prepare_soon();
}

static void heard(struct sandbox *sandbox, const uint8_t *packet, size_t length, int descriptor) {
  struct reader message = {.at = packet, .end = packet + length};
  switch (read_u8(&message)) {
    case SETUP_BORN:
      born(sandbox, message);
      break;
    case SETUP_LISTENER: {
      uint32_t index = read_u32(&message), kind = read_u32(&message);
      if (descriptor >= 0) handles_send(sandbox->id, index, kind, descriptor);
      return;
    }
    case SETUP_DIAGNOSIS:
      if (sandbox->diagnosis < 0) {
        sandbox->diagnosis = descriptor;
        return;
      }
      break;
    case SETUP_USER_SPACE:
    case SETUP_MOUNT_SPACE: {
      int *space = packet[0] == SETUP_USER_SPACE ? &sandbox->spaces.user : &sandbox->spaces.mounts;
      if (*space < 0) {
        *space = descriptor;
        return;
      }
      break;
    }
    case SETUP_REFUSED_LOG:
      if (sandbox->refused.fd < 0) {
        sandbox->refused.fd = descriptor;
        loop_watch(&sandbox->refused, EPOLLIN);
        return;
      }
      break;
    case SETUP_READY:
      ready(sandbox, message);
      break;
    case SETUP_FAILED: {
      const char *code = read_text(&message), *sentence = read_text(&message), *hint = read_text(&message);
      fail(sandbox, code, sentence, hint);
      break;
    }
  }
  if (descriptor >= 0) close(descriptor);
}

void birth_read(struct sandbox *sandbox) {
  static uint8_t packet[SETUP_LONGEST];
  while (sandbox->setup.fd >= 0) {
    union {
      char bytes[CMSG_SPACE(sizeof(int))];
      struct cmsghdr align;
    } control;
    struct iovec content = {packet, sizeof packet};
    struct msghdr header = {
        .msg_iov = &content, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control.bytes};
    ssize_t length = recvmsg(sandbox->setup.fd, &header, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
    /* A starter that failed before it read the request leaves this error behind, in front of its last words. */
    if (length < 0 && (errno == EINTR || errno == ECONNRESET)) continue;
    if (length < 0 && errno == EAGAIN) return;
    if (length <= 0) {
      loop_close(&sandbox->setup);
      return fail(sandbox, "sandbox_setup_failed", "The sandbox ended while it was being built.",
                  "Look at the kernel's log: it may have run out of memory.");
    }
    int descriptor = -1;
    struct cmsghdr *rights = CMSG_FIRSTHDR(&header);
    if (rights && rights->cmsg_type == SCM_RIGHTS) memcpy(&descriptor, CMSG_DATA(rights), sizeof descriptor);
    heard(sandbox, packet, (size_t)length, descriptor);
  }
}

void birth_ready(struct watch *watch, uint32_t events) {
  (void)events;
  birth_read(watch->owner);
}
