#define _GNU_SOURCE
#include "microvm/kernel_image.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buffer.h"
#include "setup.h"

/* In this order; one that is missing may be a part of the kernel. */
static const char *const modules[] = {
    "drivers/virtio/virtio_ring", "drivers/virtio/virtio", "drivers/virtio/virtio_mmio", "drivers/char/virtio_console",
    "fs/netfs/netfs", "fs/fscache/fscache", "net/9p/9pnet", "fs/9p/9p", "net/9p/9pnet_virtio",
    "crypto/crc32c_generic", "lib/libcrc32c", "net/netfilter/nfnetlink", "net/netfilter/nf_tables",
    "net/ipv4/netfilter/nf_defrag_ipv4", "net/ipv6/netfilter/nf_defrag_ipv6", "net/ipv4/netfilter/nf_tproxy_ipv4",
    "net/ipv6/netfilter/nf_tproxy_ipv6", "net/netfilter/nft_tproxy", "net/netfilter/nfnetlink_log", "net/netfilter/nft_log",
};

enum { EXECUTABLE = S_IFREG | 0755 };

/* Forked processes write them. */
static struct buffer kernel = {.inherited = true}, archive = {.inherited = true};

static bool read_file(const char *path, struct buffer *content) {
  enum { PIECE = 1024 * 1024 };
  int file = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t length = -1;
  while (file >= 0 && (length = read(file, buffer_reserve(content, PIECE), PIECE)) > 0) content->end += (size_t)length;
  if (file >= 0) close(file);
  return !length;
}

static void pad(void) {
  static const char zeros[4];
  buffer_append(&archive, zeros, -buffer_length(&archive) & 3);
}

/* The format "newc" of cpio. */
static void add(const char *name, unsigned mode, const void *content, size_t size) {
  static unsigned number;
  char header[128];
  int length = snprintf(header, sizeof header, "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x", ++number, mode, 0, 0,
                        1, 0, (unsigned)size, 0, 0, 0, 0, (unsigned)strlen(name) + 1, 0);
  buffer_append(&archive, header, (size_t)length);
  buffer_append(&archive, name, strlen(name) + 1);
  pad();
  buffer_append(&archive, content, size);
  pad();
}

static bool add_file(const char *name, const char *path) {
  struct buffer content = {0};
  bool there = read_file(path, &content);
  if (there) add(name, EXECUTABLE, buffer_bytes(&content), buffer_length(&content));
  buffer_free(&content);
  return there;
}

static bool find_version(const char *folder, char *version, size_t size) {
  char path[4096];
  snprintf(path, sizeof path, "%s/lib/modules", folder);
  DIR *list = opendir(path);
  *version = 0;
  for (struct dirent *entry; list && (entry = readdir(list));) {
    snprintf(path, sizeof path, "%s/boot/vmlinuz-%s", folder, entry->d_name);
    if (*entry->d_name != '.' && !access(path, R_OK) && strverscmp(entry->d_name, version) > 0)
      snprintf(version, size, "%s", entry->d_name);
  }
  if (list) closedir(list);
  return *version;
}

bool kernel_image_read(const char *folder) {
  char version[256], path[4096], name[16];
  unsigned count = 0;
  if (!find_version(folder, version, sizeof version)) return false;
  snprintf(path, sizeof path, "%s/boot/vmlinuz-%s", folder, version);
  if (!read_file(path, &kernel) || !add_file("init", "/proc/self/exe")) return false;
  for (size_t i = 0; i < sizeof modules / sizeof *modules; i++) {
    snprintf(path, sizeof path, "%s/lib/modules/%s/kernel/%s.ko", folder, version, modules[i]);
    snprintf(name, sizeof name, KERNEL_IMAGE_MODULE, count);
    if (add_file(name + 1, path)) count++;
  }
  add("TRAILER!!!", 0, "", 0);
  return count;
}

bool kernel_image_is_there(void) { return buffer_length(&kernel); }

static void write_file(const char *name, const struct buffer *content) {
  int file = setup_need(open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444), "write the kernel of its machine");
  if (write(file, buffer_bytes(content), buffer_length(content)) != (ssize_t)buffer_length(content))
    setup_need(-1, "write the kernel of its machine");
  close(file);
}

void kernel_image_write(const char *kernel_name, const char *archive_name) {
  write_file(kernel_name, &kernel);
  write_file(archive_name, &archive);
}
