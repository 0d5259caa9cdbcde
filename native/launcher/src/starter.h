/*
 * The process that builds one sandbox and then disappears.
 *
 * One starter always waits ready, already inside a control group of its own: joining a group can cost 20 ms (the kernel
 * waits for all processors), so that is paid before anybody asks for a sandbox.
 */
#ifndef CLAWHOLD_STARTER_H
#define CLAWHOLD_STARTER_H

/*
 * Runs in a fresh child of the launcher. Waits for one start request on `setup`, builds, and ends; the sandbox's pid 1,
 * a child of the launcher too, goes on with `channel`.
 */
_Noreturn void starter_run(int setup, int channel, unsigned serial, const char *canary);

#endif
