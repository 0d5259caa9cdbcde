#define _GNU_SOURCE
#include "tree/report.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A selection of a million paths with their states fits; more than this is a mistake or an attack. */
#define INPUT_LIMIT (1024UL * 1024 * 1024)

static char output[64 * 1024];
static size_t output_length;
static unsigned long long written_length;

static void write_all(const char *bytes, size_t length) {
  while (length > 0) {
    ssize_t written = write(STDOUT_FILENO, bytes, length);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) _exit(1); /* nobody is listening any more */
    bytes += written;
    length -= (size_t)written;
  }
}

void tree_flush(void) {
  write_all(output, output_length);
  output_length = 0;
}

unsigned long long tree_written(void) { return written_length; }

void tree_bytes(const void *bytes, size_t length) {
  written_length += length;
  if (length > sizeof output - output_length) tree_flush();
  if (length > sizeof output) {
    write_all(bytes, length);
    return;
  }
  memcpy(output + output_length, bytes, length);
  output_length += length;
}

void tree_field(const char *text) {
  tree_bytes(text, strlen(text) + 1);
}

void tree_number(unsigned long long number) {
  char text[24];
  snprintf(text, sizeof text, "%llu", number);
  tree_field(text);
}

void tree_fail(const char *code, const char *format, ...) {
  char sentence[1024];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(sentence, sizeof sentence, format, arguments);
  va_end(arguments);
  dprintf(STDERR_FILENO, "%s\t%s\n", code, sentence);
  _exit(1);
}

void *tree_memory(void *old, size_t size) {
  /* gcc's analyzer takes a second realloc(NULL) for a double free. */
  void *memory = old == NULL ? malloc(size) : realloc(old, size);
  if (memory == NULL) tree_fail("out-of-memory", "There is not enough memory for this file job.");
  return memory;
}

char *tree_copy_text(const char *text) {
  size_t size = strlen(text) + 1;
  return memcpy(tree_memory(NULL, size), text, size);
}

char **tree_input(size_t *count) {
  char *text = NULL;
  size_t length = 0, room = 0;
  for (;;) {
    if (length == room) text = tree_memory(text, room = room ? room * 2 : 64 * 1024);
    ssize_t got = read(STDIN_FILENO, text + length, room - length);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) tree_fail("input", "The list of paths could not be read: %s.", strerror(errno));
    if (got == 0) break;
    length += (size_t)got;
    if (length > INPUT_LIMIT) tree_fail("input", "The list of paths is longer than %lu bytes.", INPUT_LIMIT);
  }
  if (length > 0 && text[length - 1] != '\0') tree_fail("input", "The list of paths ends in the middle of a field.");
  *count = 0;
  for (size_t at = 0; at < length; at++) *count += text[at] == '\0';
  char **fields = tree_memory(NULL, (*count + 1) * sizeof *fields);
  fields[*count] = text; /* it is what all fields lie in, also when there is none */
  size_t field = 0;
  for (size_t at = 0; at < length; at += strlen(text + at) + 1) fields[field++] = text + at;
  return fields;
}
