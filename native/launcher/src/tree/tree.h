/* The file jobs of the launcher: look at, keep, undo and discard what a run changed in its copy-on-write folder. */
#ifndef CLAWHOLD_TREE_H
#define CLAWHOLD_TREE_H

/*
 * Runs one file job and returns its exit status: 0 done (refusals and conflicts are records on stdout), 1 failed (stderr
 * holds `code<TAB>sentence`), 2 wrong arguments. Reads stdin, writes stdout. argv[0] is the name of the job. The caller
 * forks first: a job may leave the process at any point, and being killed at any point is safe.
 */
int tree_main(int argc, char **argv);

#endif
