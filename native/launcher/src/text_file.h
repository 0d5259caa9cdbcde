/*
 * Small files of /proc and of control groups, read and written whole.
 */
#ifndef CLAWHOLD_TEXT_FILE_H
#define CLAWHOLD_TEXT_FILE_H

#include <stdbool.h>
#include <stddef.h>

/* The file's bytes up to `size` - 1, ended by a zero; false when there are none. */
bool text_file_read(const char *path, char *text, size_t size);

bool text_file_write(const char *path, const char *text);

#endif
