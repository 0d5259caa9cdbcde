#define _GNU_SOURCE
#include "text_file.h"

#include <fcntl.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

bool text_file_read(const char *path, char *text, size_t size) {
  size_t length = 0;
  int file = open(path, O_RDONLY | O_CLOEXEC);
  /* The kernel hands out some of them a page at a time. */
  for (ssize_t part; file >= 0 && length < size - 1 && (part = read(file, text + length, size - 1 - length)) > 0;)
    length += (size_t)part;
  if (file >= 0) close(file);
  text[length] = 0;
  return length > 0;
}

bool text_file_write(const char *path, const char *text) {
  int file = open(path, O_WRONLY | O_CLOEXEC);
  if (file < 0) return false;
  bool written = write(file, text, strlen(text)) == (ssize_t)strlen(text);
  close(file);
  return written;
}
