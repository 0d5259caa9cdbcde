#define _GNU_SOURCE
#include "tree/tree.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "tree/beneath.h"
#include "tree/jobs.h"
#include "tree/moment.h"
#include "tree/report.h"
#include "tree/view.h"

/* LOWER: the moment at which a run begins, to be given to `keep` as it is. One look, whatever the size of the folder. */
int tree_begin(char **arguments) {
  struct stat root;
  char moment[96];
  if (fstat(tree_open_root(arguments[0], "task folder"), &root) != 0)
    tree_fail("unreachable", "The task folder cannot be read: %s.", strerror(errno));
  tree_moment_write(&root, moment);
  tree_field(moment);
  tree_flush();
  return 0;
}

static const struct {
  const char *name;
  int arguments;
  int (*run)(char **arguments);
} jobs[] = {
    {"begin", 1, tree_begin}, {"diff", TREE_VIEW_ARGUMENTS, tree_diff},       {"read", 2, tree_read},       {"show", TREE_VIEW_ARGUMENTS + 1, tree_show}, {"keep", TREE_VIEW_ARGUMENTS + 4, tree_keep},
    {"undo", 4, tree_undo},   {"recover", 2, tree_recover}, {"discard", 2, tree_discard}, {"sweep", 1, tree_sweep},
    {"stirred", 1, tree_stirred}, {"seal", 3, tree_seal}, {"merge", TREE_VIEW_ARGUMENTS + 1, tree_merge}, {"drop", 3, tree_drop},  {"mask", 3, tree_mask},
    {"usage", TREE_VIEW_ARGUMENTS + 2, tree_usage}, {"compare", TREE_VIEW_ARGUMENTS, tree_compare},
};

int tree_main(int argc, char **argv) {
  signal(SIGPIPE, SIG_IGN);
  for (size_t i = 0; argc > 0 && i < sizeof jobs / sizeof *jobs; i++)
    if (strcmp(argv[0], jobs[i].name) == 0 && argc == jobs[i].arguments + 1) return jobs[i].run(argv + 1);
  dprintf(2, "usage\tThis file job does not exist or its arguments are incomplete.\n");
  return 2;
}

#ifdef TREE_STANDALONE
/* The jobs without the launcher, for their tests: exactly the same code with the caller's own rights. */
int main(int argc, char **argv) {
  return tree_main(argc - 1, argv + 1);
}
#endif
