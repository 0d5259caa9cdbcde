#include "program.h"

#include <linux/audit.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdlib.h>

enum { X32_BIT = 0x40000000 };

static void emit(struct program *program, struct sock_filter instruction) {
  if (program->length == LONGEST_PROGRAM) abort();
  program->code[program->length++] = instruction;
}

static void load(struct program *program, uint32_t offset) {
  emit(program, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset));
}

static void load_call(struct program *program) { load(program, offsetof(struct seccomp_data, nr)); }

/* Arguments have 64 bits; every one we look at is an int or an unsigned int, whose upper half the kernel ignores. */
static void load_argument(struct program *program, unsigned argument) {
  load(program, (uint32_t)(offsetof(struct seccomp_data, args) + argument * sizeof(uint64_t)));
}

/* Goes on with the next instruction when the test holds, else skips `otherwise` instructions. */
static void test(struct program *program, uint16_t kind, uint32_t value, uint8_t otherwise) {
  emit(program, (struct sock_filter)BPF_JUMP((uint16_t)(BPF_JMP | kind | BPF_K), value, 0, otherwise));
}

static void answer(struct program *program, uint32_t action) {
  emit(program, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, action));
}

static void answer_error(struct program *program, int error) {
  answer(program, SECCOMP_RET_ERRNO | ((uint32_t)error & SECCOMP_RET_DATA));
}

void program_begin(struct program *program, uint32_t architecture) {
  program->length = 0;
  load(program, offsetof(struct seccomp_data, arch));
  emit(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, architecture, 1, 0));
  answer(program, SECCOMP_RET_KILL_PROCESS);
  load_call(program);
  if (architecture == AUDIT_ARCH_X86_64) {
    test(program, BPF_JGE, X32_BIT, 1);
    answer(program, SECCOMP_RET_KILL_PROCESS);
  }
}

void program_refuse(struct program *program, unsigned call, int error) {
  test(program, BPF_JEQ, call, 1);
  answer_error(program, error);
}

void program_refuse_bits(struct program *program, unsigned call, unsigned argument, uint32_t mask, int error) {
  test(program, BPF_JEQ, call, 4);
  load_argument(program, argument);
  test(program, BPF_JSET, mask, 1);
  answer_error(program, error);
  load_call(program);
}

void program_refuse_value(struct program *program, unsigned call, unsigned argument, uint32_t value, int error) {
  test(program, BPF_JEQ, call, 4);
  load_argument(program, argument);
  test(program, BPF_JEQ, value, 1);
  answer_error(program, error);
  load_call(program);
}

void program_refuse_others(struct program *program, unsigned call, unsigned argument, const uint32_t *values,
                           unsigned count, int error) {
  test(program, BPF_JEQ, call, (uint8_t)(count + 3));
  load_argument(program, argument);
  /* A listed value jumps over the rest of the list and over the refusal. */
  for (unsigned i = 0; i < count; i++)
    emit(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, values[i], (uint8_t)(count - i), 0));
  answer_error(program, error);
  load_call(program);
}

void program_refuse_pair(struct program *program, unsigned call, unsigned first, uint32_t value, unsigned second,
                         uint32_t other, int error) {
  test(program, BPF_JEQ, call, 6);
  load_argument(program, first);
  test(program, BPF_JEQ, value, 3);
  load_argument(program, second);
  emit(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, other, 1, 0));
  answer_error(program, error);
  load_call(program);
}

void program_refuse_both(struct program *program, unsigned call, unsigned first, uint32_t value, unsigned second,
                         uint32_t other, int error) {
  test(program, BPF_JEQ, call, 6);
  load_argument(program, first);
  test(program, BPF_JEQ, value, 3);
  load_argument(program, second);
  test(program, BPF_JEQ, other, 1);
  answer_error(program, error);
  load_call(program);
}

void program_end(struct program *program) { answer(program, SECCOMP_RET_ALLOW); }
