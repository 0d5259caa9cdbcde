#define _GNU_SOURCE
#include "tree/walk.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "tree/report.h"

static DIR *open_stream(struct tree_walk *walk) {
  int fd = tree_open(walk->root, walk->path[0] == '\0' ? "." : walk->path, O_RDONLY | O_DIRECTORY);
  if (fd < 0) return NULL;
  DIR *stream = fdopendir(fd);
  if (stream == NULL) close(fd);
  return stream;
}

bool tree_walk_enter(struct tree_walk *walk, struct tree_sight sight) {
  size_t length = strlen(walk->path);
  if (length > TREE_FOLDER_LIMIT || walk->depth == TREE_DEPTH) return false;
  DIR *stream = open_stream(walk);
  if (stream == NULL) return false;
  if (walk->depth >= TREE_OPEN_FOLDERS) {
    struct tree_folder *far = &walk->folders[walk->depth - TREE_OPEN_FOLDERS];
    if (far->stream != NULL) {
      far->position = telldir(far->stream);
      closedir(far->stream);
      far->stream = NULL;
    }
  }
  walk->folders[walk->depth++] = (struct tree_folder){.stream = stream, .length = length, .sight = sight};
  return true;
}

bool tree_walk_begin(struct tree_walk *walk, int root, const char *path, struct tree_sight sight) {
  walk->root = root;
  walk->depth = 0;
  strcpy(walk->path, path);
  return tree_walk_enter(walk, sight);
}

static void reopen(struct tree_walk *walk, struct tree_folder *folder) {
  folder->stream = open_stream(walk);
  if (folder->stream == NULL) tree_fail("changing", "A folder went away while it was read.");
  seekdir(folder->stream, folder->position);
}

enum tree_step_kind tree_walk_next(struct tree_walk *walk, struct tree_sight *sight) {
  if (walk->depth == 0) return TREE_WALK_END;
  struct tree_folder *folder = &walk->folders[walk->depth - 1];
  walk->path[folder->length] = '\0';
  if (folder->stream == NULL) reopen(walk, folder);
  *sight = folder->sight;
  for (;;) {
    errno = 0;
    struct dirent *entry = readdir(folder->stream);
    if (entry == NULL && errno != 0) tree_fail("unreadable", "A folder could not be read: %s.", strerror(errno));
    if (entry == NULL) break;
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    size_t slash = folder->length > 0;
    if (slash) walk->path[folder->length] = '/';
    strcpy(walk->path + folder->length + slash, entry->d_name); /* fits: see TREE_FOLDER_LIMIT */
    walk->type = entry->d_type;
    walk->inode = entry->d_ino;
    return TREE_ENTRY;
  }
  closedir(folder->stream);
  walk->depth--;
  return TREE_FOLDER_END;
}
