#include "layers/seccomp/program.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdlib.h>

enum { X32_BIT = 0x40000000, FARTHEST_JUMP = 255 };

#define NO_CALL UINT32_C(0xffffffff)

static void emit(struct program *program, struct sock_filter instruction) {
  if (program->length == LONGEST_PROGRAM) abort();
  program->code[program->length++] = instruction;
}

static void load(struct program *program, uint32_t offset) {
  emit(program, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset));
}

/* Goes on with the next instruction when the test holds, else skips `otherwise` instructions. */
static void test(struct program *program, uint16_t kind, uint32_t value, uint8_t otherwise) {
  emit(program, (struct sock_filter)BPF_JUMP((uint16_t)(BPF_JMP | kind | BPF_K), value, 0, otherwise));
}

static void answer(struct program *program, uint32_t action) {
  emit(program, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, action));
}

void program_begin(struct program *program, uint32_t architecture) {
  program->length = 0;
  load(program, offsetof(struct seccomp_data, arch));
  emit(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, architecture, 1, 0));
  answer(program, SECCOMP_RET_KILL_PROCESS);
  load(program, offsetof(struct seccomp_data, nr));
  test(program, BPF_JEQ, NO_CALL, 1);
  program_refuse(program, ENOSYS);
  if (architecture == AUDIT_ARCH_X86_64) {
    test(program, BPF_JGE, X32_BIT, 1);
    answer(program, SECCOMP_RET_KILL_PROCESS);
  }
}

void program_search(struct program *program, const struct range *ranges, unsigned count) {
  if (count == 1) return ranges->decide(program);
  unsigned half = count / 2, jump = program->length;
  test(program, BPF_JGE, ranges[half].from, 0);
  program_search(program, ranges, half);
  unsigned distance = program->length - jump - 1;
  if (distance > FARTHEST_JUMP) abort();
  program->code[jump].jt = (uint8_t)distance;
  program_search(program, ranges + half, count - half);
}

void program_allow(struct program *program) { answer(program, SECCOMP_RET_ALLOW); }

void program_refuse(struct program *program, int error) {
  answer(program, SECCOMP_RET_ERRNO | ((uint32_t)error & SECCOMP_RET_DATA));
}

/* Arguments have 64 bits; every one we look at is an int or an unsigned int, whose upper half the kernel ignores. */
void program_load_argument(struct program *program, unsigned argument) {
  load(program, (uint32_t)(offsetof(struct seccomp_data, args) + argument * sizeof(uint64_t)));
}

void program_refuse_bits(struct program *program, uint32_t mask, int error) {
  test(program, BPF_JSET, mask, 1);
  program_refuse(program, error);
}

void program_refuse_value(struct program *program, uint32_t value, int error) {
  test(program, BPF_JEQ, value, 1);
  program_refuse(program, error);
}

void program_refuse_others(struct program *program, const uint32_t *values, unsigned count, int error) {
  /* A listed value jumps over the rest of the list and over the refusal. */
  for (unsigned i = 0; i < count; i++)
    emit(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, values[i], (uint8_t)(count - i), 0));
  program_refuse(program, error);
}

void program_allow_others(struct program *program, uint32_t value) {
  emit(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 1, 0));
  program_allow(program);
}
