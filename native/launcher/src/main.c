/*
 * clawhold-launcher: makes the sandboxes in which agents work. See architecture/sandbox.md.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "container/inside.h"
#include "container/visit.h"
#include "microvm/guest.h"
#include "self_test/probe.h"
#include "serve.h"

int main(int count, char **arguments) {
  if (getpid() == 1 && !strcmp(arguments[0], GUEST_PROGRAM)) guest_main();
  if (count > 1 && !strcmp(arguments[1], "serve")) return serve_main(count - 2, arguments + 2);
  if (count > 1 && !strcmp(arguments[1], "probe")) return probe_main();
  if (count > 1 && !strcmp(arguments[1], "inside")) return inside_main(count - 2, arguments + 2);
  if (count > 1 && !strcmp(arguments[1], "visit")) return visit_main(count - 2, arguments + 2);
  fprintf(stderr, "usage: clawhold-launcher serve | probe\n");
  return 64;
}
