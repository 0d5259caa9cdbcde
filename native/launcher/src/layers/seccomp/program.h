/*
 * A small assembler for seccomp's BPF: a search for the number of a system call, then what is done about it.
 */
#ifndef CLAWHOLD_PROGRAM_H
#define CLAWHOLD_PROGRAM_H

#include <linux/filter.h>
#include <stdint.h>

enum { LONGEST_PROGRAM = 512 };

struct program {
  struct sock_filter code[LONGEST_PROGRAM];
  unsigned length;
};

/*
 * Begins: any architecture but `architecture` kills the process, and so does x32 on x86-64. No number at all (-1, which a
 * tracer writes over a call to skip it) answers ENOSYS.
 */
void program_begin(struct program *program, uint32_t architecture);

/* What is done about the system calls from `from` on; every way through it ends in an answer. */
struct range {
  unsigned from;
  void (*decide)(struct program *program);
};

/* Searches the range of the call in halves: seven comparisons find one of a hundred. They are in order, the first from 0. */
void program_search(struct program *program, const struct range *ranges, unsigned count);

void program_allow(struct program *program);
void program_refuse(struct program *program, int error);

/* From here on tests are about this argument: its low half, see program.c. */
void program_load_argument(struct program *program, unsigned argument);

/* `error` when any bit of `mask` is set. */
void program_refuse_bits(struct program *program, uint32_t mask, int error);

/* `error` when it is `value`. */
void program_refuse_value(struct program *program, uint32_t value, int error);

/* `error` unless it is one of `values`, at most 16. */
void program_refuse_others(struct program *program, const uint32_t *values, unsigned count, int error);

/* Allowed unless it is `value`. */
void program_allow_others(struct program *program, uint32_t value);

#endif
