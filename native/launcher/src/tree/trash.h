/* Where folders wait for their deletion, which is the work of `sweep`. */
#ifndef CLAWHOLD_TREE_TRASH_H
#define CLAWHOLD_TREE_TRASH_H

/* One rename, to the first free number in the trash. -1 and errno when the folder cannot be moved. */
int tree_move_to_trash(int trash, int from, const char *folder);

#endif
