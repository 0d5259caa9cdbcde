/* The bytes and attributes of one file: digest them, copy them. Holes stay holes. */
#ifndef CLAWHOLD_TREE_CONTENT_H
#define CLAWHOLD_TREE_CONTENT_H

#include <stdbool.h>

#include "tree/sha256.h"

/* SHA-256 of all bytes, holes read as zeros. -1: errno ESTALE when the file changed meanwhile. */
int tree_digest(int file, char digest[TREE_DIGEST_SIZE]);

/* Copies all bytes into the empty file `to` and digests what arrived there. -1 and errno as above. */
int tree_copy_content(int from, int to, char digest[TREE_DIGEST_SIZE]);

/*
 * Copies the extended attributes and access lists that people set: `user.*`, POSIX access lists, and, when
 * `with_capabilities`, `security.capability`. Best effort: a file system without them loses them.
 */
void tree_copy_attributes(int from, int to, bool with_capabilities);

#endif
