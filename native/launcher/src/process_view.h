/*
 * /proc as a sandbox may see it: its own processes, nothing that describes or steers the machine.
 */
#ifndef CLAWHOLD_PROCESS_VIEW_H
#define CLAWHOLD_PROCESS_VIEW_H

/* Mounts and masks `proc` in the current folder. */
void process_view_place(void);

/* Masks one that somebody else mounted there. */
void process_view_mask(void);

#endif
