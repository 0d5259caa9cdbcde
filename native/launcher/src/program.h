/*
 * A small assembler for seccomp's BPF: rules on system call numbers and on the low half of their arguments.
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

/* Begins: any architecture but `architecture` (and x32 on x86-64) kills the process. */
void program_begin(struct program *program, uint32_t architecture);

/* `call` fails with `error`, whatever its arguments. */
void program_refuse(struct program *program, unsigned call, int error);

/* `call` fails with `error` when any bit of `mask` is set in its argument. */
void program_refuse_bits(struct program *program, unsigned call, unsigned argument, uint32_t mask, int error);

/* `call` fails with `error` when its argument equals `value`. */
void program_refuse_value(struct program *program, unsigned call, unsigned argument, uint32_t value, int error);

/* `call` fails with `error` unless its argument is one of `values` (at most 16). */
void program_refuse_others(struct program *program, unsigned call, unsigned argument, const uint32_t *values,
                           unsigned count, int error);

/* `call` fails with `error` when argument `first` equals `value` and argument `second` is not `other`. */
void program_refuse_pair(struct program *program, unsigned call, unsigned first, uint32_t value, unsigned second,
                         uint32_t other, int error);

/* `call` fails with `error` when argument `first` equals `value` and argument `second` equals `other`. */
void program_refuse_both(struct program *program, unsigned call, unsigned first, uint32_t value, unsigned second,
                         uint32_t other, int error);

/* Ends: everything else is allowed. */
void program_end(struct program *program);

#endif
