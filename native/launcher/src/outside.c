#define _GNU_SOURCE
#include "outside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "text_file.h"

/* The numbers after "\nName:" in the text of /proc/<pid>/status; false when the line is missing. */
static bool line(const char *text, const char *name, int base, unsigned long long *numbers, int count) {
  char key[32];
  snprintf(key, sizeof key, "\n%s:", name);
  const char *at = strstr(text, key);
  if (!at) return false;
  at += strlen(key);
  for (int i = 0; i < count; i++) {
    char *end;
    numbers[i] = strtoull(at, &end, base);
    if (end == at) return false;
    at = end;
  }
  return true;
}

static bool all_equal(const char *text, const char *name, unsigned long long wanted) {
  unsigned long long numbers[4];
  if (!line(text, name, 10, numbers, 4)) return false;
  for (int i = 0; i < 4; i++)
    if (numbers[i] != wanted) return false;
  return true;
}

static bool equals(const char *text, const char *name, int base, unsigned long long wanted) {
  unsigned long long number;
  return line(text, name, base, &number, 1) && number == wanted;
}

static bool namespaces_are_new(const struct sandbox *sandbox) {
  struct reader reader = {.at = buffer_bytes(&sandbox->namespaces)};
  reader.end = reader.at + buffer_length(&sandbox->namespaces);
  for (int i = 0; i < 7; i++) {
    char path[64];
    struct stat status;
    const char *name = read_text(&reader);
    uint64_t inode = read_u64(&reader);
    snprintf(path, sizeof path, "/proc/self/ns/%s", name);
    if (stat(path, &status) || status.st_ino == inode) return false;
  }
  return read_complete(&reader);
}

const char *outside_look(const struct sandbox *sandbox) {
  static const char *const sets[] = {"CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"};
  char path[64], text[4096];
  snprintf(path, sizeof path, "/proc/%d/status", (int)sandbox->first);
  if (!text_file_read(path, text, sizeof text))
    return "The sandbox was refused because its first process could not be looked at.";
  if (!sandbox->user || !all_equal(text, "Uid", sandbox->user) || !all_equal(text, "Gid", sandbox->group))
    return "The sandbox was refused because outside.identity failed: its processes have the wrong host id.";
  for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
    if (!equals(text, sets[i], 16, 0))
      return "The sandbox was refused because outside.capabilities failed: its processes have capabilities.";
  if (!equals(text, "NoNewPrivs", 10, 1) || !equals(text, "Seccomp", 10, 2))
    return "The sandbox was refused because outside.filter failed: its processes run without the system call filter.";
  if (!namespaces_are_new(sandbox))
    return "The sandbox was refused because outside.namespaces failed: it shares a namespace with the host.";
  return NULL;
}
