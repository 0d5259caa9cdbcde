#define _GNU_SOURCE
#include "self_test/outsider.h"

#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "setup.h"

struct outsider outsider_make(void) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  memcpy(address.sun_path + 1, OUTSIDER_SOCKET, strlen(OUTSIDER_SOCKET));
  const socklen_t length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(OUTSIDER_SOCKET));
  struct outsider outsider;
  int life[2];
  outsider.socket = setup_need(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), "make a socket for its self-test");
  setup_need(bind(outsider.socket, (const struct sockaddr *)&address, length), "name a socket for its self-test");
  setup_need(pipe2(life, O_CLOEXEC), "make a pipe");
  outsider.process = setup_need(fork(), "make a process");
  if (!outsider.process) {
    char byte;
    close(life[1]);
    _exit(read(life[0], &byte, 1) != 0);
  }
  close(life[0]);
  outsider.life = life[1];
  return outsider;
}

void outsider_end(const struct outsider *outsider) {
  close(outsider->life), close(outsider->socket);
  setup_need(waitpid(outsider->process, NULL, 0), "end the process of its self-test");
}
