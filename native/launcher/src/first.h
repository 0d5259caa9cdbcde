/*
 * The first process of a sandbox: reaps, and runs, signals and stops commands as the launcher tells it.
 *
 * It is the launcher's own code; the thread that serves is under the same filter, Landlock domain and user as the programs it runs; they can see
 * it but neither trace nor signal it. What it answers is treated as hostile all the same.
 */
#ifndef CLAWHOLD_FIRST_H
#define CLAWHOLD_FIRST_H

#include <stdint.h>

enum { MOST_COMMANDS = 64 };

/* It and the thread of generation.h: they count towards the limit of processes, and nobody asked for them. */
enum { FIRST_THREADS = 2 };

/*
 * Before it serves for the first time. `seconds` is how long the sandbox may live, 0: without end. The launcher ends it then;
 * should the launcher be held up, this process does it itself, a little later.
 */
void first_open(int channel, uint32_t seconds);

/*
 * Serves the launcher; ends the process when the launcher is gone. Returns when the task folder was mounted anew: to be
 * called again by a thread that may use it, and then tells the launcher so.
 */
void first_serve(void);

#endif
