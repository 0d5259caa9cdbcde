/* SHA-256 (FIPS 180-4), here because the launcher links no library. */
#ifndef CLAWHOLD_TREE_SHA256_H
#define CLAWHOLD_TREE_SHA256_H

#include <stddef.h>
#include <stdint.h>

#define TREE_DIGEST_SIZE 65 /* 64 hexadecimal digits and the end */

struct tree_sha256 {
  uint32_t state[8];
  uint64_t length;
  unsigned char block[64];
};

void tree_sha256_begin(struct tree_sha256 *hash);
void tree_sha256_add(struct tree_sha256 *hash, const void *bytes, size_t length);
void tree_sha256_end(struct tree_sha256 *hash, char digest[TREE_DIGEST_SIZE]);

#endif
