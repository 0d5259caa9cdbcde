/* Attempts that only Landlock stops: the sandbox's user, namespaces and mounts allow them. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "layers/landlock.h"
#include "self_test/outsider.h"
#include "self_test/self_test.h"

/* The file is our own and the mount is writable. */
static bool file(const struct self_test *test) {
  (void)test;
  int own = open("/proc/self/comm", O_WRONLY | O_CLOEXEC);
  if (own < 0) return errno == EACCES;
  close(own);
  return false;
}

/* The process has our user and is in our pid namespace. */
static bool signal_(const struct self_test *test) { return kill(test->outsider, 0) && errno == EPERM; }

/* The socket is in our network namespace. */
static bool abstract_socket(const struct self_test *test) {
  (void)test;
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  memcpy(address.sun_path + 1, OUTSIDER_SOCKET, strlen(OUTSIDER_SOCKET));
  const socklen_t length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(OUTSIDER_SOCKET));
  int client = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  bool held = client >= 0 && connect(client, (const struct sockaddr *)&address, length) && errno == EPERM;
  close(client);
  return held;
}

const struct self_test_probe landlock_probes[] = {
    {"landlock.file", file, 1},
    {"landlock.signal", signal_, LANDLOCK_SCOPES},
    {"landlock.abstract-socket", abstract_socket, LANDLOCK_SCOPES},
    {0},
};
