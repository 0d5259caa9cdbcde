/* What of a view's layers is seen in one of its folders. */
#ifndef CLAWHOLD_TREE_SIGHT_H
#define CLAWHOLD_TREE_SIGHT_H

#include <stdbool.h>
#include <stdint.h>

/* Bit N stands for layer N of the view, the newest is 0. */
struct tree_sight {
  uint64_t layers;     /* those whose folder here belongs to what is seen */
  uint64_t announcing; /* those of them whose folder announces whiteouts in attributes */
  bool lower;          /* the person's folder shines through */
  bool has_lower;      /* the person has a folder here, seen or not */
};

#endif
