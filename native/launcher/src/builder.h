/*
 * What the first process of a sandbox does from its birth to the moment it may run programs.
 */
#ifndef CLAWHOLD_BUILDER_H
#define CLAWHOLD_BUILDER_H

#include "cgroup.h"
#include "mounts.h"
#include "self_test.h"

struct builder {
  const struct start_request *request;
  int channel;
  struct cgroup group;
  struct mounts mounts;
  bool mounts_taken;
  struct self_test self_test;
};

_Noreturn void builder_run(struct builder *builder);

#endif
