/* What is at one place of a tree, and the one line of text that says so. */
#ifndef CLAWHOLD_TREE_ENTRY_H
#define CLAWHOLD_TREE_ENTRY_H

#include <stdbool.h>
#include <sys/stat.h>

#include "tree/beneath.h"
#include "tree/sha256.h"

enum tree_kind { TREE_ABSENT = '-', TREE_FILE = 'f', TREE_FOLDER = 'd', TREE_LINK = 'l', TREE_OTHER = 'o' };

struct tree_entry {
  enum tree_kind kind;
  struct stat status;
  char digest[TREE_DIGEST_SIZE]; /* of a file */
  char target[TREE_PATH_SIZE];   /* of a link */
  const char *refused;           /* why it cannot be kept or brought back, or NULL */
};

/*
 * Looks at `path` below `root`, never through a link, and never opens anything but files and folders. What cannot be
 * read, is larger than `largest` bytes, lies on another file system or changes meanwhile is refused, not an error.
 */
void tree_look(int root, const char *path, long long largest, struct tree_entry *entry);

/*
 * The state of an entry as text: `-`, `f MODE SIZE DIGEST`, `d MODE`, `l TARGET` or `o MODE` (mode in octal). Two
 * entries are the same for every purpose of a person exactly when their texts are equal. `state` has TREE_STATE_SIZE.
 */
#define TREE_STATE_SIZE (TREE_PATH_SIZE + 128)
void tree_state(const struct tree_entry *entry, mode_t mode, char *state);

/* Back from the text: its mode, and whether two texts differ in nothing but the mode. */
mode_t tree_state_mode(const char *state);
bool tree_state_only_mode_differs(const char *from, const char *to);

/*
 * The mode an entry has once it is kept: never setuid, setgid or sticky, and write for group and others only where the
 * person's own entry (`before`) had it. A folder of the person's keeps its own setgid and sticky bits.
 */
mode_t tree_kept_mode(const struct tree_entry *after, const struct tree_entry *before);

/* The same entry in every respect, special bits included: the run may have touched it but changed nothing. */
bool tree_entry_is_unchanged(const struct tree_entry *after, const struct tree_entry *before);

#endif
