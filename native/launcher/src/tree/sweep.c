#define _GNU_SOURCE
#include "tree/jobs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tree/beneath.h"
#include "tree/report.h"

/*
 * Deletes everything in the trash with two descriptors, no recursion and constant memory, however deep and wide it is:
 * a folder inside a folder is first moved up to the top of the trash, so no folder that is emptied ever holds another.
 */
static unsigned long long moved;

static void move_up(int trash, int folder, const char *name) {
  char free_name[32];
  /* Moving a folder writes its "..": it must be writable for its owner, and an agent may have taken that away. */
  (void)fchmodat(folder, name, 0700, AT_SYMLINK_NOFOLLOW);
  int result;
  do {
    snprintf(free_name, sizeof free_name, "moved-%llu", moved++);
    result = renameat2(folder, name, trash, free_name, RENAME_NOREPLACE);
  } while (result != 0 && errno == EEXIST); /* an earlier sweep was killed and left its names */
}

static void empty(int trash, const char *name) {
  (void)fchmodat(trash, name, 0700, AT_SYMLINK_NOFOLLOW);
  int fd = tree_open(trash, name, O_RDONLY | O_DIRECTORY);
  DIR *stream = fd < 0 ? NULL : fdopendir(fd);
  if (stream == NULL) return;
  struct dirent *entry;
  while ((entry = readdir(stream)) != NULL) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    if (unlinkat(fd, entry->d_name, 0) != 0 && errno == EISDIR) move_up(trash, fd, entry->d_name);
  }
  closedir(stream);
}

static bool delete_entry(int trash, const char *name) {
  if (unlinkat(trash, name, 0) == 0) return true;
  if (errno != EISDIR) return false;
  empty(trash, name);
  return unlinkat(trash, name, AT_REMOVEDIR) == 0;
}

/* TRASH: answers how many entries of its top level could not be deleted. Can be killed and repeated at any point. */
int tree_sweep(char **arguments) {
  int trash = tree_open_root(arguments[0], "trash folder");
  unsigned long long left = 0;
  for (bool has_deleted = true; has_deleted;) {
    has_deleted = false;
    left = 0;
    DIR *stream = fdopendir(tree_open(trash, ".", O_RDONLY | O_DIRECTORY));
    if (stream == NULL) tree_fail("unreachable", "The trash folder cannot be read: %s.", strerror(errno));
    struct dirent *entry;
    while ((entry = readdir(stream)) != NULL) {
      if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
      if (delete_entry(trash, entry->d_name)) has_deleted = true;
      else left++;
    }
    closedir(stream);
  }
  tree_number(left);
  tree_flush();
  return 0;
}
