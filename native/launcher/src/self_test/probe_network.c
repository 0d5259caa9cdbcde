/* Attempts to reach another network, or a socket of the host. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "self_test/self_test.h"

/*
 * An address for measurements (RFC 2544): never local by accident, never a real host. Of the block where our own listeners
 * are, where nothing is captured: elsewhere a listener of ours would answer.
 */
static struct sockaddr_in outside(unsigned port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  address.sin_addr.s_addr = htonl(0xC612FFFE); /* 198.18.255.254 */
  return address;
}

static unsigned port_without_listener(const struct self_test *test) {
  unsigned port = 9;
  for (uint32_t i = 0; i < test->request->listener_count; i++)
    if (test->request->listeners[i].port == port) {
      port++;
      i = UINT32_MAX; /* start again */
    }
  return port;
}

/*
 * Where every address is local, the way to an address begins at that same address. Anywhere else it begins at an
 * interface, or there is none. Asked of the routes alone: no packet is sent.
 */
static bool stays_here(struct sockaddr_in address) {
  struct sockaddr_in source = {0};
  socklen_t size = sizeof source;
  int socket_ = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  bool held = socket_ >= 0 && !connect(socket_, (struct sockaddr *)&address, sizeof address) &&
              !getsockname(socket_, (struct sockaddr *)&source, &size) &&
              source.sin_addr.s_addr == address.sin_addr.s_addr;
  close(socket_);
  return held;
}

/* Our own loopback answers at once that nobody listens. Any other answer came from a network that must not exist. */
static bool tcp(const struct self_test *test) {
  struct sockaddr_in address = outside(port_without_listener(test));
  int socket_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  struct pollfd wait = {.fd = socket_, .events = POLLOUT};
  int error = 0;
  socklen_t size = sizeof error;
  bool held = socket_ >= 0 && stays_here(address) && connect(socket_, (struct sockaddr *)&address, sizeof address) &&
              errno == EINPROGRESS &&
              poll(&wait, 1, 1000) == 1 && !getsockopt(socket_, SOL_SOCKET, SO_ERROR, &error, &size) &&
              error == ECONNREFUSED;
  close(socket_);
  return held;
}

static bool udp(const struct self_test *test) {
  struct sockaddr_in address = outside(port_without_listener(test));
  int socket_ = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  char byte = 0;
  struct pollfd wait = {.fd = socket_, .events = POLLIN};
  bool held = socket_ >= 0 && stays_here(address) && !connect(socket_, (struct sockaddr *)&address, sizeof address) &&
              send(socket_, &byte, 1, 0) == 1 && poll(&wait, 1, 1000) == 1 && recv(socket_, &byte, 1, 0) < 0 &&
              errno == ECONNREFUSED;
  close(socket_);
  return held;
}

static bool ipv6(const struct self_test *test) {
  (void)test;
  const char *const addresses[] = {"::1", "2001:db8::1"};
  for (size_t i = 0; i < 2; i++) {
    struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_port = htons(9)};
    inet_pton(AF_INET6, addresses[i], &address.sin6_addr);
    int socket_ = socket(AF_INET6, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (socket_ < 0) continue;
    bool held = connect(socket_, (struct sockaddr *)&address, sizeof address) &&
                (errno == ENETUNREACH || errno == EADDRNOTAVAIL);
    close(socket_);
    if (!held) return false;
  }
  return true;
}

static bool refused(int family, int type, int protocol) {
  int socket_ = socket(family, type, protocol);
  if (socket_ >= 0) close(socket_);
  return socket_ < 0;
}

static bool raw(const struct self_test *test) {
  (void)test;
  return refused(AF_INET, SOCK_RAW, IPPROTO_ICMP) && refused(AF_PACKET, SOCK_RAW, 0) && refused(AF_VSOCK, SOCK_STREAM, 0) &&
         refused(AF_NETLINK, SOCK_RAW, 12 /* NETLINK_NETFILTER */) &&
         refused(AF_NETLINK, SOCK_RAW, 15 /* NETLINK_KOBJECT_UEVENT */);
}

static bool only_loopback(const struct self_test *test) {
  (void)test;
  struct ifreq interfaces[16];
  struct ifconf list = {.ifc_len = sizeof interfaces, .ifc_req = interfaces};
  int socket_ = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  bool held = socket_ >= 0 && !ioctl(socket_, SIOCGIFCONF, &list) && list.ifc_len == sizeof *interfaces &&
              !strcmp(interfaces[0].ifr_name, "lo");
  close(socket_);
  return held;
}

static bool unreachable(const char *name, socklen_t length, int type) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (length > sizeof address.sun_path) return true;
  memcpy(address.sun_path, name, length);
  int socket_ = socket(AF_UNIX, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (socket_ < 0) return true;
  bool held = connect(socket_, (struct sockaddr *)&address, (socklen_t)(sizeof address.sun_family + length)) != 0;
  close(socket_);
  return held;
}

static bool abstract_socket(const struct self_test *test) {
  char name[100] = "";
  size_t length = strlen(test->canary);
  memcpy(name + 1, test->canary, length);
  return unreachable(name, (socklen_t)(length + 1), SOCK_DGRAM);
}

static bool host_sockets(const struct self_test *test) {
  for (uint32_t i = 0; i < test->request->forbidden_count; i++)
    if (!unreachable(test->request->forbidden[i], (socklen_t)strlen(test->request->forbidden[i]) + 1, SOCK_STREAM))
      return false;
  return true;
}

const struct self_test_probe network_probes[] = {
    {"network.tcp", tcp, 0},
    {"network.udp", udp, 0},
    {"network.ipv6", ipv6, 0},
    {"network.raw-socket", raw, 0},
    {"network.interfaces", only_loopback, 0},
    {"network.abstract-socket", abstract_socket, 0},
    {"network.host-sockets", host_sockets, 0},
    {0},
};
