#define _GNU_SOURCE
#include "tree/entry.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tree/content.h"
#include "tree/report.h"

static bool is_same_inode(const struct stat *one, const struct stat *other) {
  return one->st_dev == other->st_dev && one->st_ino == other->st_ino;
}

static const char *look_at_file(int root, const char *path, long long largest, struct tree_entry *entry) {
  if (entry->status.st_size > largest) return "too-large";
  /* O_NONBLOCK: should a FIFO have taken the place of the file just now, opening it must not wait. */
  int fd = tree_open(root, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  if (fd < 0) return errno == EACCES || errno == EPERM ? "unreadable" : "changing";
  struct stat opened;
  const char *refused = "changing";
  if (fstat(fd, &opened) == 0 && S_ISREG(opened.st_mode) && is_same_inode(&opened, &entry->status))
    refused = tree_digest(fd, entry->digest) == 0 ? NULL : errno == ESTALE ? "changing" : "unreadable";
  close(fd);
  return refused;
}

static const char *look_at_link(int fd, struct tree_entry *entry) {
  ssize_t length = readlinkat(fd, "", entry->target, sizeof entry->target);
  if (length <= 0) return "unreadable";
  if ((size_t)length == sizeof entry->target) return "too-large";
  entry->target[length] = '\0';
  return NULL;
}

void tree_look(int root, const char *path, long long largest, struct tree_entry *entry) {
  memset(&entry->status, 0, sizeof entry->status);
  entry->kind = TREE_ABSENT;
  entry->digest[0] = entry->target[0] = '\0';
  entry->refused = NULL;
  int fd = tree_open(root, path, O_PATH);
  /* ENOTDIR, ELOOP: something that is no folder stands where a folder of the path should be, so there is nothing. */
  if (fd < 0 && (errno == ENOENT || errno == ENOTDIR || errno == ELOOP)) return;
  if (fd < 0 || fstat(fd, &entry->status) != 0) {
    entry->kind = TREE_OTHER;
    entry->refused = errno == EXDEV ? "other-file-system" : "unreadable";
  } else if (S_ISREG(entry->status.st_mode)) {
    entry->kind = TREE_FILE;
    entry->refused = look_at_file(root, path, largest, entry);
  } else if (S_ISLNK(entry->status.st_mode)) {
    entry->kind = TREE_LINK;
    entry->refused = look_at_link(fd, entry);
  } else if (S_ISDIR(entry->status.st_mode)) {
    entry->kind = TREE_FOLDER;
  } else {
    entry->kind = TREE_OTHER;
    entry->refused = "special-file";
  }
  if (fd >= 0) close(fd);
}

void tree_state(const struct tree_entry *entry, mode_t mode, char *state) {
  size_t size = TREE_STATE_SIZE;
  if (entry->kind == TREE_ABSENT) snprintf(state, size, "-");
  else if (entry->kind == TREE_FILE)
    snprintf(state, size, "f %04o %lld %s", mode, (long long)entry->status.st_size, entry->digest);
  else if (entry->kind == TREE_LINK) snprintf(state, size, "l %s", entry->target);
  else snprintf(state, size, "%c %04o", (char)entry->kind, mode);
}

mode_t tree_state_mode(const char *state) {
  return state[0] == TREE_FILE || state[0] == TREE_FOLDER ? (mode_t)strtoul(state + 2, NULL, 8) : 0;
}

bool tree_state_only_mode_differs(const char *from, const char *to) {
  if (from[0] != to[0] || (from[0] != TREE_FILE && from[0] != TREE_FOLDER)) return false;
  return strcmp(from + 2 + strcspn(from + 2, " "), to + 2 + strcspn(to + 2, " ")) == 0;
}

mode_t tree_kept_mode(const struct tree_entry *after, const struct tree_entry *before) {
  mode_t own = before->kind == after->kind ? before->status.st_mode & 07777 : 0;
  mode_t mode = after->status.st_mode & 0777 & ~(0022 & ~own);
  return after->kind == TREE_FOLDER ? mode | (own & 07000) : mode;
}

bool tree_entry_is_unchanged(const struct tree_entry *after, const struct tree_entry *before) {
  if (after->kind != before->kind || after->refused != NULL || before->refused != NULL) return false;
  if (after->kind == TREE_LINK) return strcmp(after->target, before->target) == 0;
  return after->status.st_mode == before->status.st_mode && (after->kind == TREE_FOLDER || after->status.st_size == before->status.st_size) &&
         strcmp(after->digest, before->digest) == 0;
}
