/*
 * What the first process of a sandbox does from its birth to the moment it may run programs.
 */
#ifndef CLAWHOLD_BUILDER_H
#define CLAWHOLD_BUILDER_H

#include "layers/mounts.h"

struct builder {
  int link;           /* to the starter */
  int channel;        /* to the launcher, for its life as first process */
  const char *canary; /* see self_test.h */
  /* What a privileged starter made with the host's rights; without them the first process makes it itself. */
  bool privileged;
  int skeleton;
  struct mounts system;
};

_Noreturn void builder_run(struct builder *builder);

#endif
