/*
 * What a new process forgets of its parent: what is ignored, handled or blocked would go on in every program it runs.
 */
#ifndef CLAWHOLD_SIGNALS_H
#define CLAWHOLD_SIGNALS_H

void signals_begin_afresh(void);

#endif
