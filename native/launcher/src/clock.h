/*
 * A tick every millisecond, for what the kernel does not announce: only while somebody waits.
 */
#ifndef CLAWHOLD_CLOCK_H
#define CLAWHOLD_CLOCK_H

void clock_open(void (*tick)(void));
void clock_start(void);
void clock_stop(void);

#endif
