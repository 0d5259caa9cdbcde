/*
 * `clawhold-launcher serve`: makes sandboxes until its supervisor ends.
 */
#ifndef CLAWHOLD_SERVE_H
#define CLAWHOLD_SERVE_H

int serve_main(int count, char **arguments);

#endif
