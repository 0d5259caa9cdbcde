/*
 * The starter of a container: asks an engine for it, tells the launcher of it, and stays as long as it lives.
 */
#ifndef CLAWHOLD_KEEPER_H
#define CLAWHOLD_KEEPER_H

/*
 * Runs in a fresh child of the launcher, as `starter_run` does. Its end ends the engine, and that ends the container. On
 * SIGTERM it ends the engine first and is there until nothing of that is left.
 */
_Noreturn void keeper_run(int setup, int channel, unsigned serial, const char *canary);

#endif
