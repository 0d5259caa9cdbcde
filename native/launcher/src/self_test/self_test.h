/*
 * Before the first program of a sandbox runs, a child in exactly the state of that program TRIES what must not work.
 * One attempt that gets through is a sandbox that does not start.
 */
#ifndef CLAWHOLD_SELF_TEST_H
#define CLAWHOLD_SELF_TEST_H

#include <stdbool.h>
#include <sys/types.h>

#include "layers/paths.h"
#include "request.h"

enum { SECRETS = 6 };

/* A file of the host by what it is, not by its name: the sandbox has an /etc/passwd of its own. */
struct secret_file {
  uint64_t device, inode; /* both 0: there is none */
};

/* What the probes look for, known from the host's side. */
struct self_test {
  const struct start_request *request;
  const char *canary; /* name of an abstract socket of the launcher */
  const char *paths[SECRETS];
  struct secret_file secrets[SECRETS];
  char storage_parent[4096];
  const struct paths *paths_taken;
  pid_t outsider;    /* see outsider.h */
  pid_t server;   /* the thread of the first process that runs commands, see generation.h */
  unsigned landlock; /* the version in force */
};

struct self_test_probe {
  const char *name;
  /* True when the attempt was stopped. */
  bool (*held)(const struct self_test *);
  /* The version of Landlock that stops it, 0 when something else does. On an older kernel it is not tried. */
  unsigned landlock;
};

extern const struct self_test_probe network_probes[], file_probes[], process_probes[], kernel_probes[],
    landlock_probes[];

void self_test_name(struct self_test *test, const struct start_request *request, const char *canary);

/* Finds out which files the named ones are; by whoever may see them, before the sandbox exists. */
void self_test_identify(struct self_test *test);

/* Runs every probe; the name of the first that was not held, or NULL. */
const char *self_test_run(const struct self_test *test);

/* The names of the probes that were run. */
void self_test_write_names(const struct self_test *test, struct buffer *message);

#endif
