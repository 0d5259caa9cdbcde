#define _GNU_SOURCE
#include "self_test/self_test.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static const struct self_test_probe *const families[] = {
    kernel_probes, file_probes, process_probes, network_probes, landlock_probes,
};

void self_test_name(struct self_test *test, const struct start_request *request, const char *canary) {
  *test = (struct self_test){.request = request, .canary = canary};
  snprintf(test->storage_parent, sizeof test->storage_parent, "%s", request->storage);
  char *slash = strrchr(test->storage_parent, '/');
  if (slash && slash != test->storage_parent) *slash = 0;
  const char *const paths[SECRETS] = {
      "/etc/shadow", "/etc/passwd", request->home, test->storage_parent, request->storage, request->task_folder,
  };
  memcpy(test->paths, paths, sizeof paths);
}

void self_test_identify(struct self_test *test) {
  struct stat status;
  for (unsigned i = 0; i < SECRETS; i++)
    if (!stat(test->paths[i], &status)) test->secrets[i] = (struct secret_file){status.st_dev, status.st_ino};
}

/* Calls `visit` for each probe that this kernel can stop, until it answers false. */
static const char *each(const struct self_test *test, bool (*visit)(const struct self_test_probe *, void *), void *data) {
  for (size_t i = 0; i < sizeof families / sizeof *families; i++)
    for (const struct self_test_probe *probe = families[i]; probe->name; probe++)
      if (probe->landlock <= test->landlock && !visit(probe, data)) return probe->name;
  return NULL;
}

static bool run(const struct self_test_probe *probe, void *test) { return probe->held(test); }

const char *self_test_run(const struct self_test *test) { return each(test, run, (void *)test); }

static bool count(const struct self_test_probe *probe, void *number) {
  (void)probe;
  return ++*(uint32_t *)number;
}

static bool write_name(const struct self_test_probe *probe, void *message) {
  write_text(message, probe->name);
  return true;
}

void self_test_write_names(const struct self_test *test, struct buffer *message) {
  uint32_t number = 0;
  each(test, count, &number);
  write_u32(message, number);
  each(test, write_name, message);
}
