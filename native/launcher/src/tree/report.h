/* What a job says: NUL-terminated fields on stdout, because a file name may hold any other byte. */
#ifndef CLAWHOLD_TREE_REPORT_H
#define CLAWHOLD_TREE_REPORT_H

#include <stddef.h>

void tree_field(const char *text);
void tree_bytes(const void *bytes, size_t length);
void tree_number(unsigned long long number);
void tree_flush(void);

/* Bytes of all fields so far. */
unsigned long long tree_written(void);

/* Ends the job with `code<TAB>sentence` on stderr. Nothing needs undoing here: being killed at any point is safe. */
__attribute__((noreturn, format(printf, 2, 3))) void tree_fail(const char *code, const char *format, ...);

/* The NUL-terminated fields of stdin; the job ends when they are too many or the last one is cut. */
char **tree_input(size_t *count);

/* Memory or the end of the job. */
void *tree_memory(void *old, size_t size);
char *tree_copy_text(const char *text);

#endif
