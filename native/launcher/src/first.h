/*
 * The first process of a sandbox: reaps, and runs, signals and stops commands as the launcher tells it.
 *
 * It is the launcher's own code, under the same filter, Landlock domain and user as the programs it runs; they can see
 * it but neither trace nor signal it. What it answers is treated as hostile all the same.
 */
#ifndef CLAWHOLD_FIRST_H
#define CLAWHOLD_FIRST_H

enum { MOST_COMMANDS = 64 };

/* Serves the launcher on `channel` until it closes. */
_Noreturn void first_serve(int channel);

#endif
