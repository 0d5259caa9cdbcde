#define _GNU_SOURCE
#include "tree/content.h"

#include <errno.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#define CHUNK (256 * 1024)
#define ATTRIBUTE_NAMES (64 * 1024)

static unsigned char chunk[CHUNK];

static void add_zeros(struct tree_sha256 *hash, off_t length) {
  static const unsigned char zeros[4096];
  for (; length > 0; length -= (off_t)sizeof zeros)
    tree_sha256_add(hash, zeros, length < (off_t)sizeof zeros ? (size_t)length : sizeof zeros);
}

static int write_at(int to, const unsigned char *bytes, size_t length, off_t at) {
  while (length > 0) {
    ssize_t written = pwrite(to, bytes, length, at);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return -1;
    bytes += written, at += written, length -= (size_t)written;
  }
  return 0;
}

/* One stretch of data; `to` is -1 when the bytes are only digested. */
static int pass_data(int from, int to, off_t at, off_t end, struct tree_sha256 *hash) {
  while (at < end) {
    size_t wanted = end - at < CHUNK ? (size_t)(end - at) : CHUNK;
    ssize_t got = pread(from, chunk, wanted, at);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return -1;
    if (got == 0) return errno = ESTALE, -1; /* shorter than it was a moment ago */
    tree_sha256_add(hash, chunk, (size_t)got);
    if (to >= 0 && write_at(to, chunk, (size_t)got, at) != 0) return -1;
    at += got;
  }
  return 0;
}

/* A merge of checkpoints gives a closed file one name more or less meanwhile: that moves its ctime, and is no change of it. */
static bool is_untouched(const struct stat *before, const struct stat *after) {
  bool is_same_moment = before->st_ctim.tv_sec == after->st_ctim.tv_sec && before->st_ctim.tv_nsec == after->st_ctim.tv_nsec;
  return before->st_size == after->st_size && before->st_mtim.tv_sec == after->st_mtim.tv_sec &&
         before->st_mtim.tv_nsec == after->st_mtim.tv_nsec && (is_same_moment || before->st_nlink != after->st_nlink);
}

static int pass_content(int from, int to, char digest[TREE_DIGEST_SIZE]) {
  struct stat before, after;
  if (fstat(from, &before) != 0) return -1;
  struct tree_sha256 hash;
  tree_sha256_begin(&hash);
  for (off_t at = 0; at < before.st_size;) {
    off_t data = lseek(from, at, SEEK_DATA);
    if (data < 0 && errno == ENXIO) data = before.st_size; /* nothing but a hole to the end */
    if (data < 0) data = at;                               /* no hole support: all of it is data */
    if (data > before.st_size) data = before.st_size;
    add_zeros(&hash, data - at);
    off_t end = data < before.st_size ? lseek(from, data, SEEK_HOLE) : before.st_size;
    if (end <= data || end > before.st_size) end = before.st_size;
    if (pass_data(from, to, data, end, &hash) != 0) return -1;
    at = end;
  }
  if (to >= 0 && ftruncate(to, before.st_size) != 0) return -1; /* a hole at the end */
  if (fstat(from, &after) != 0) return -1;
  if (!is_untouched(&before, &after)) return errno = ESTALE, -1;
  tree_sha256_end(&hash, digest);
  return 0;
}

int tree_digest(int file, char digest[TREE_DIGEST_SIZE]) {
  return pass_content(file, -1, digest);
}

int tree_copy_content(int from, int to, char digest[TREE_DIGEST_SIZE]) {
  /* A clone shares the blocks; digesting the clone afterwards is what makes the digest true for it. */
  if (ioctl(to, FICLONE, from) == 0) return tree_digest(to, digest);
  return pass_content(from, to, digest);
}

void tree_copy_attributes(int from, int to, bool with_capabilities) {
  static char names[ATTRIBUTE_NAMES], value[ATTRIBUTE_NAMES];
  ssize_t length = flistxattr(from, names, sizeof names);
  for (const char *name = names; name < names + length; name += strlen(name) + 1) {
    bool wanted = (strncmp(name, "user.", 5) == 0 && strncmp(name, "user.overlay.", 13) != 0) ||
                  strcmp(name, "system.posix_acl_access") == 0 || strcmp(name, "system.posix_acl_default") == 0 ||
                  (with_capabilities && strcmp(name, "security.capability") == 0);
    ssize_t size = wanted ? fgetxattr(from, name, value, sizeof value) : -1;
    if (size >= 0) (void)!fsetxattr(to, name, value, (size_t)size, 0);
  }
}
