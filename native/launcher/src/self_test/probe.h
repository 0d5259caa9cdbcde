/*
 * `clawhold-launcher probe`: what this kernel allows, as one line of JSON.
 */
#ifndef CLAWHOLD_PROBE_H
#define CLAWHOLD_PROBE_H

int probe_main(void);

#endif
