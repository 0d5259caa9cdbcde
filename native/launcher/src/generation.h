/*
 * A Landlock domain names the task folder by its mount, and no process can change the domain it is in. So that the folder
 * can be mounted anew while a sandbox lives (see renewal.h), its first process is in no domain itself: a thread of it is,
 * which runs all commands and so gives them its domain. The next one is another thread.
 */
#ifndef CLAWHOLD_GENERATION_H
#define CLAWHOLD_GENERATION_H

/* Runs `live` in a thread of its own, while this one stands still, until it returns. One at a time. */
void generation_run(int (*live)(void *), void *data);

#endif
