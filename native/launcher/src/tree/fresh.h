/* An empty folder of changes in the place of one that was moved away. */
#ifndef CLAWHOLD_TREE_FRESH_H
#define CLAWHOLD_TREE_FRESH_H

#include <sys/stat.h>

/* Of the same mode and owner as the one it follows; ends the job when it cannot be made. */
void tree_make_fresh(const char *upper, const struct stat *old);

#endif
