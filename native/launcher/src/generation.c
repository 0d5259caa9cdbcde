#define _GNU_SOURCE
#include "generation.h"

#include <sched.h>

#include "setup.h"

enum { STACK = 256 * 1024 };

void generation_run(int (*live)(void *), void *data) {
  static char stack[STACK] __attribute__((aligned(16)));
  /*
   * CLONE_VFORK: the caller goes on when the thread is over. Only one of the two ever runs, so they may share what a C
   * library keeps for each thread.
   */
  const int flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM | CLONE_VFORK;
  setup_need(clone(live, stack + STACK, flags, data), "begin a generation of its programs");
}
