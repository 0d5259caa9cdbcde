/*
 * Plays the run in tests of the file jobs: applies operations to a folder, or through a real overlay mounted in a
 * namespace of its own, and writes down what a tree looks like.
 *
 *   world apply FOLDER                                  operations on stdin
 *   world overlay LOWER UPPER WORK MOUNT user|trusted   operations on stdin, then the snapshot of the merged view
 *   world snapshot FOLDER
 *
 * An operation is four NUL-terminated fields: name, path, second path, value. One that cannot be done is skipped: the
 * snapshot says what really happened. A snapshot is three fields per entry: path, kind and mode, content or target.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/xattr.h>
#include <unistd.h>

static void must(int result, const char *what) {
  if (result >= 0) return;
  fprintf(stderr, "%s: %s\n", what, strerror(errno));
  exit(1);
}

static void write_file(const char *path, int flags, const char *value) {
  int fd = open(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | flags, 0644);
  if (fd < 0) return;
  must((int)write(fd, value, strlen(value)), "write");
  close(fd);
}

static int delete_entry(const char *path, const struct stat *status, int type, struct FTW *walk) {
  (void)status, (void)type, (void)walk;
  return remove(path), 0;
}

static void bind_socket(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
  int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  (void)!bind(fd, (struct sockaddr *)&address, sizeof address);
  close(fd);
}

/* Folders inside one another, deeper than any path can say. */
static void nest(const char *name, int depth) {
  int top = open(".", O_RDONLY | O_DIRECTORY);
  for (; depth > 0; depth--)
    if (mkdir(name, 0755) != 0 || chdir(name) != 0) break;
  write_file("bottom", 0, "deep");
  must(fchdir(top), "fchdir");
  close(top);
}

static void make_files(const char *folder, int count) {
  mkdir(folder, 0755);
  int fd = open(folder, O_RDONLY | O_DIRECTORY);
  for (int i = 0; i < count; i++) {
    char name[32];
    snprintf(name, sizeof name, "%d", i);
    close(openat(fd, name, O_WRONLY | O_CREAT, 0644));
  }
  close(fd);
}

/* Folders stay readable, so that an ordinary user can take the snapshot. */
static int change_mode(const char *path, mode_t mode) {
  struct stat status;
  if (lstat(path, &status) == 0 && S_ISDIR(status.st_mode)) mode |= 0500;
  return fchmodat(AT_FDCWD, path, mode, AT_SYMLINK_NOFOLLOW);
}

static void apply(const char *name, const char *path, const char *other, const char *value) {
  mode_t mode = (mode_t)strtoul(value, NULL, 8);
  int result = 0;
  if (strcmp(name, "write") == 0) write_file(path, O_TRUNC, value);
  else if (strcmp(name, "append") == 0) write_file(path, O_APPEND, value);
  else if (strcmp(name, "mkdir") == 0) result = mkdir(path, 0755);
  else if (strcmp(name, "remove") == 0) result = remove(path);
  else if (strcmp(name, "rename") == 0) result = rename(path, other);
  else if (strcmp(name, "link") == 0) result = link(path, other);
  else if (strcmp(name, "symlink") == 0) result = symlink(value, path);
  else if (strcmp(name, "chmod") == 0) result = change_mode(path, mode);
  else if (strcmp(name, "delete-tree") == 0) result = nftw(path, delete_entry, 16, FTW_DEPTH | FTW_PHYS);
  else if (strcmp(name, "truncate") == 0) write_file(path, 0, ""), result = truncate(path, atoll(value));
  else if (strcmp(name, "fifo") == 0) result = mkfifo(path, 0644);
  else if (strcmp(name, "socket") == 0) bind_socket(path);
  else if (strcmp(name, "device") == 0) result = mknod(path, S_IFCHR | 0666, makedev(1, 3));
  else if (strcmp(name, "whiteout") == 0) result = mknod(path, S_IFCHR, makedev(0, 0));
  else if (strcmp(name, "attribute") == 0) result = lsetxattr(path, other, value, strlen(value), 0);
  else if (strcmp(name, "nest") == 0) nest(path, atoi(value));
  else if (strcmp(name, "files") == 0) make_files(path, atoi(value));
  else fprintf(stderr, "no operation %s\n", name), exit(2);
  (void)result;
}

static char *read_input(size_t *length) {
  char *text = NULL;
  size_t room = 0;
  ssize_t got;
  for (*length = 0;; *length += (size_t)got) {
    if (*length == room) text = realloc(text, room = room * 2 + 65536);
    got = read(STDIN_FILENO, text + *length, room - *length);
    if (got <= 0) return text;
  }
}

static void apply_all(const char *folder) {
  size_t length;
  char *text = read_input(&length), *fields[4];
  must(chdir(folder), "chdir");
  umask(022);
  for (size_t at = 0; at < length;) {
    for (int i = 0; i < 4; i++) fields[i] = text + at, at += strlen(text + at) + 1;
    apply(fields[0], fields[1], fields[2], fields[3]);
  }
}

static void enter_namespace(void) {
  char map[64];
  uid_t uid = geteuid();
  gid_t gid = getegid();
  must(unshare(uid == 0 ? CLONE_NEWNS : CLONE_NEWUSER | CLONE_NEWNS), "unshare");
  must(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), "private mounts");
  if (uid == 0) return;
  const char *files[] = {"/proc/self/setgroups", "/proc/self/uid_map", "/proc/self/gid_map"};
  for (int i = 0; i < 3; i++) {
    snprintf(map, sizeof map, i == 0 ? "deny" : "%u %u 1", i == 1 ? uid : gid, i == 1 ? uid : gid);
    int fd = open(files[i], O_WRONLY);
    must((int)write(fd, map, strlen(map)), files[i]);
    close(fd);
  }
}

static int by_name(const struct dirent **one, const struct dirent **other) {
  return strcmp((*one)->d_name, (*other)->d_name);
}

static void put(const char *bytes, size_t length) {
  fwrite(bytes, 1, length, stdout);
  putchar('\0');
}

static void snapshot(const char *folder, const char *shown) {
  struct dirent **entries;
  int count = scandir(folder, &entries, NULL, by_name);
  must(count, folder);
  for (int i = 0; i < count; i++) {
    const char *name = entries[i]->d_name;
    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0) continue;
    if (strlen(folder) + strlen(name) > 3900) continue; /* no path reaches it */
    char *path, *under, kind[16];
    static char content[65536];
    must(asprintf(&path, "%s/%s", folder, name), "memory");
    must(asprintf(&under, "%s%s%s", shown, shown[0] ? "/" : "", name), "memory");
    struct stat status;
    must(lstat(path, &status), path);
    char letter = S_ISREG(status.st_mode) ? 'f' : S_ISDIR(status.st_mode) ? 'd' : S_ISLNK(status.st_mode) ? 'l' : 'o';
    snprintf(kind, sizeof kind, "%c %04o", letter, letter == 'l' ? 0 : status.st_mode & 07777);
    ssize_t length = 0;
    int fd = letter == 'f' ? open(path, O_RDONLY) : -1;
    if (fd >= 0) length = read(fd, content, sizeof content);
    if (letter == 'l') length = readlink(path, content, sizeof content);
    must((int)length, path);
    put(under, strlen(under));
    put(kind, strlen(kind));
    put(content, strnlen(content, (size_t)length)); /* holes read as NUL */
    if (fd >= 0) close(fd);
    if (letter == 'd') snapshot(path, under);
    free(path), free(under);
  }
}

int main(int argc, char **argv) {
  if (argc == 3 && strcmp(argv[1], "apply") == 0) return apply_all(argv[2]), 0;
  if (argc == 3 && strcmp(argv[1], "snapshot") == 0) return snapshot(argv[2], ""), 0;
  if (argc != 7 || strcmp(argv[1], "overlay") != 0) return 2;
  char options[8192];
  snprintf(options, sizeof options, "lowerdir=%s,upperdir=%s,workdir=%s%s", argv[2], argv[3], argv[4],
           strcmp(argv[6], "user") == 0 ? ",userxattr" : "");
  enter_namespace();
  must(mount("overlay", argv[5], "overlay", 0, options), "overlay");
  apply_all(argv[5]);
  snapshot(".", "");
  return 0;
}
