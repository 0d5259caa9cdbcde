#define _GNU_SOURCE
#include "caller/holders.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A sandbox has far fewer processes; a family deeper than this has hidden its origin. */
enum { MOST_PROCESSES = 4096, MOST_ANCESTORS = 64, LONGEST_PATH = 4096 };

static pid_t processes[MOST_PROCESSES];
static unsigned process_count;

/* Whose child it is, and when it was born: a number alone may belong to another process by now. */
struct origin {
  pid_t parent;
  unsigned long long born;
};

static struct origin origin_of(pid_t process) {
  char path[64], text[1024] = "";
  struct origin origin = {0};
  snprintf(path, sizeof path, "/proc/%d/stat", (int)process);
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return origin;
  ssize_t length = read(file, text, sizeof text - 1);
  close(file);
  /* The name of the program may itself hold spaces and brackets. */
  const char *rest = length > 0 ? strrchr(text, ')') : NULL;
  int parent = 0;
  if (rest && sscanf(rest, ") %*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu", &parent,
                     &origin.born) == 2)
    origin.parent = parent;
  return origin;
}

static void add_children_of(const char *task) {
  FILE *file = fopen(task, "re");
  if (!file) return;
  for (int child; process_count < MOST_PROCESSES && fscanf(file, "%d", &child) == 1;) processes[process_count++] = child;
  fclose(file);
}

/* Every thread of a process has children of its own. */
static void add_children(pid_t process) {
  char path[300];
  snprintf(path, sizeof path, "/proc/%d/task", (int)process);
  DIR *tasks = opendir(path);
  if (!tasks) return;
  for (struct dirent *entry; (entry = readdir(tasks));) {
    if (entry->d_name[0] == '.') continue;
    snprintf(path, sizeof path, "/proc/%d/task/%.20s/children", (int)process, entry->d_name);
    add_children_of(path);
  }
  closedir(tasks);
}

static bool holds(pid_t process, const char *socket) {
  char path[64], target[64];
  snprintf(path, sizeof path, "/proc/%d/fd", (int)process);
  DIR *descriptors = opendir(path);
  if (!descriptors) return false;
  bool found = false;
  for (struct dirent *entry; !found && (entry = readdir(descriptors));) {
    ssize_t length = readlinkat(dirfd(descriptors), entry->d_name, target, sizeof target - 1);
    if (length <= 0) continue;
    target[length] = 0;
    found = !strcmp(target, socket);
  }
  closedir(descriptors);
  return found;
}

/* False when it is not known. */
static bool print_executable(pid_t process) {
  char path[64], target[LONGEST_PATH];
  snprintf(path, sizeof path, "/proc/%d/exe", (int)process);
  ssize_t length = readlink(path, target, sizeof target - 1);
  if (length <= 0 || length == sizeof target - 1) return false;
  target[length] = 0;
  fwrite(target, 1, (size_t)length + 1, stdout);
  return true;
}

/* What is printed before something turns out not to be known is ended all the same: whoever reads it drops it. */
static void print_family(pid_t process, pid_t first) {
  for (int generation = 0; process > 1 && process != first; generation++) {
    struct origin before = origin_of(process);
    bool known = generation < MOST_ANCESTORS && print_executable(process);
    struct origin after = origin_of(process);
    if (!known || !before.parent || before.born != after.born) {
      fputs("?", stdout);
      fputc(0, stdout);
      break;
    }
    process = before.parent;
  }
  fputc(0, stdout);
}

void holders_print(pid_t first, uint64_t inode) {
  char socket[64];
  snprintf(socket, sizeof socket, "socket:[%llu]", (unsigned long long)inode);
  add_children(first);
  for (unsigned i = 0; i < process_count; i++) add_children(processes[i]);
  for (unsigned i = 0; i < process_count; i++)
    if (holds(processes[i], socket)) print_family(processes[i], first);
}
