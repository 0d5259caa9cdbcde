/*
 * How a process of the sandbox begins: the last steps between pid 1 and a program, or the self-test.
 */
#ifndef CLAWHOLD_COMMAND_H
#define CLAWHOLD_COMMAND_H

/* Makes `streams` the only descriptors, in a session of its own, with plain signals. */
void command_detach(const int streams[3]);

/* Runs a program; returns the error number when that was impossible. */
int command_execute(const char *folder, char *const *arguments, char *const *environment);

#endif
