/* The processes of a sandbox that hold a socket. */
#ifndef CLAWHOLD_HOLDERS_H
#define CLAWHOLD_HOLDERS_H

#include <stdint.h>
#include <sys/types.h>

/*
 * Prints for each of them: the paths of its executable and of those of its ancestors, nearest first, as they are inside,
 * each ended by a zero, and an empty one at the end. `first` is the first process of the sandbox, by its number here.
 */
void holders_print(pid_t first, uint64_t inode);

#endif
