#define _GNU_SOURCE
#include "refused/refused.h"

#include <arpa/inet.h>

#include "control.h"
#include "refused/refused_log.h"
#include "sandbox.h"

static void tell(uint32_t sandbox, const struct refused *refused) {
  char address[INET_ADDRSTRLEN];
  inet_ntop(AF_INET, &refused->address, address, sizeof address);
  struct buffer *reports = control_reports();
  size_t mark = frame_begin(reports, REPORT_REFUSED, sandbox);
  write_text(reports, address);
  write_u32(reports, refused->port);
  frame_end(reports, mark);
}

void refused_ready(struct watch *watch, uint32_t events) {
  const struct sandbox *sandbox = watch->owner;
  struct refused refused;
  (void)events;
  while (refused_log_take(watch->fd, &refused)) tell(sandbox->id, &refused);
  control_flush();
}
