/*
 * The first process of a container that an engine made: see engine.h. Its descriptors are named there.
 */
#ifndef CLAWHOLD_INSIDE_H
#define CLAWHOLD_INSIDE_H

int inside_main(int count, char **arguments);

#endif
