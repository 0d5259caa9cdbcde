#define _GNU_SOURCE
#include "microvm/answers.h"

#include <stdlib.h>
#include <unistd.h>

#include "first.h"
#include "microvm/flow.h"

struct waiting {
  struct waiting *next;
  uint32_t command;
  struct buffer bytes;
};

static struct waiting *first;
static unsigned count;
static bool (*ready)(uint32_t command);
static void (*pass)(const uint8_t *bytes, size_t length);

static void pass_ready(void) {
  static bool busy; /* looking may make progress */
  if (busy) return;
  busy = true;
  for (struct waiting **link = &first; *link;) {
    struct waiting *answer = *link;
    if (!ready(answer->command)) {
      link = &answer->next;
      continue;
    }
    *link = answer->next;
    count--;
    pass(buffer_bytes(&answer->bytes), buffer_length(&answer->bytes));
    buffer_free(&answer->bytes);
    free(answer);
  }
  busy = false;
}

void answers_open(bool (*ready_)(uint32_t), void (*pass_)(const uint8_t *, size_t)) {
  ready = ready_;
  pass = pass_;
  flow_on_progress(pass_ready);
}

void answers_add(const struct frame *answer, const uint8_t *bytes, size_t length) {
  if (answer->type != ANSWER_EXITED) return pass(bytes, length);
  struct waiting *waiting = calloc(1, sizeof *waiting), **link = &first;
  if (!waiting || ++count > MOST_COMMANDS) _exit(72);
  waiting->command = answer->id;
  buffer_append(&waiting->bytes, bytes, length);
  while (*link) link = &(*link)->next;
  *link = waiting;
  pass_ready();
}
