#define _GNU_SOURCE
#include "self_test.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static const struct self_test_probe *const families[] = {kernel_probes, file_probes, process_probes, network_probes};

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

const char *self_test_run(const struct self_test *test) {
  for (size_t i = 0; i < sizeof families / sizeof *families; i++)
    for (const struct self_test_probe *probe = families[i]; probe->name; probe++)
      if (!probe->held(test)) return probe->name;
  return NULL;
}

void self_test_write_names(struct buffer *message) {
  uint32_t count = 0;
  for (size_t i = 0; i < sizeof families / sizeof *families; i++)
    for (const struct self_test_probe *probe = families[i]; probe->name; probe++) count++;
  write_u32(message, count);
  for (size_t i = 0; i < sizeof families / sizeof *families; i++)
    for (const struct self_test_probe *probe = families[i]; probe->name; probe++) write_text(message, probe->name);
}
