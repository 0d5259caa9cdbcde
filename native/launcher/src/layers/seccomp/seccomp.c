#define _GNU_SOURCE
#include "layers/seccomp/seccomp.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <sys/prctl.h>

#include "layers/seccomp/calls.h"
#include "layers/seccomp/checked_calls.h"
#include "layers/seccomp/program.h"
#include "setup.h"

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#define NUMBER(call) ((call).x86_64)
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#define NUMBER(call) ((call).aarch64)
#else
#error "the seccomp filter knows x86-64 and aarch64"
#endif

/* Beyond every number that we know; what comes after it is unknown. */
enum { NUMBERS = 512 };

typedef void (*decision)(struct program *program);

static void refuse(struct program *program) { program_refuse(program, EPERM); }

static void unknown(struct program *program) { program_refuse(program, ENOSYS); }

static void decide(decision *decisions, struct call call, decision decision_) {
  if (NUMBER(call) == NONE) return;
  if (NUMBER(call) >= NUMBERS) abort();
  decisions[NUMBER(call)] = decision_;
}

static void decide_all(decision *decisions, const struct calls *calls, decision decision_) {
  for (size_t i = 0; i < calls->count; i++) decide(decisions, calls->list[i], decision_);
}

static void assemble(struct program *program, uint32_t profiles, bool stops_by_signal) {
  decision decisions[NUMBERS];
  for (unsigned number = 0; number < NUMBERS; number++) decisions[number] = unknown;
  decide_all(decisions, &allowed_calls, program_allow);
  decide_all(decisions, &refused_calls, refuse);
  for (unsigned i = 0; i < PROFILES; i++)
    if (profiles & profile_calls[i].profile) decide_all(decisions, &profile_calls[i].calls, program_allow);
  for (unsigned i = 0; i < CHECKED_CALLS; i++) {
    const struct checked_call *checked = &checked_calls[i];
    bool free = checked->only_without_freezer && !stops_by_signal;
    decide(decisions, checked->call, free ? program_allow : checked->decide);
  }
  struct range ranges[NUMBERS];
  unsigned count = 0;
  for (unsigned number = 0; number < NUMBERS; number++)
    if (!number || decisions[number] != decisions[number - 1]) ranges[count++] = (struct range){number, decisions[number]};
  program_begin(program, ARCHITECTURE);
  program_search(program, ranges, count);
}

struct filter_facts seccomp_restrict(uint32_t profiles, bool stops_by_signal) {
  struct program program;
  assemble(&program, profiles, stops_by_signal);
#ifndef CLAWHOLD_TEST_WITHOUT_SECCOMP
  struct sock_fprog filter = {.len = (unsigned short)program.length, .filter = program.code};
  setup_need(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter), "install its system call filter");
#endif
  struct filter_facts facts = {.length = program.length};
  struct tree_sha256 hash;
  tree_sha256_begin(&hash);
  tree_sha256_add(&hash, program.code, program.length * sizeof *program.code);
  tree_sha256_end(&hash, facts.digest);
  return facts;
}
