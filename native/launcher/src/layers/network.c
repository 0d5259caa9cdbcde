#define _GNU_SOURCE
#include "layers/network.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "caller/connection.h"
#include "layers/capture.h"
#include "refused/refused_log.h"
#include "setup.h"

enum { LOOPBACK_INDEX = 1, BACKLOG = 1024 };

static void raise_loopback(void) {
  struct ifreq request = {.ifr_name = "lo"};
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  int socket_ = setup_need(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "use its network");
  setup_need(ioctl(socket_, SIOCSIFFLAGS, &request), "raise its loopback interface");
  close(socket_);
}

/* `ip route add local 0.0.0.0/0 dev lo`, known as AnyIP. */
static void route_everything_here(void) {
  struct {
    struct nlmsghdr header;
    struct rtmsg route;
    struct rtattr attribute;
    int interface;
  } request = {
      .header = {.nlmsg_len = sizeof request,
                 .nlmsg_type = RTM_NEWROUTE,
                 .nlmsg_flags = NLM_F_REQUEST | NLM_F_CREATE | NLM_F_REPLACE | NLM_F_ACK},
      .route = {.rtm_family = AF_INET,
                .rtm_table = RT_TABLE_LOCAL,
                .rtm_protocol = RTPROT_BOOT,
                .rtm_scope = RT_SCOPE_HOST,
                .rtm_type = RTN_LOCAL},
      .attribute = {.rta_len = RTA_LENGTH(sizeof(int)), .rta_type = RTA_OIF},
      .interface = LOOPBACK_INDEX,
  };
  struct {
    struct nlmsghdr header;
    struct nlmsgerr error;
  } answer = {0};
  int netlink = setup_need(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE), "configure its network");
  setup_need((int)send(netlink, &request, sizeof request, 0), "make its network local");
  setup_need((int)recv(netlink, &answer, sizeof answer, 0), "make its network local");
  if (answer.error.error) setup_need(-1, "make its network local");
  close(netlink);
}

static void switch_off_ipv6(void) {
  int file = open("/proc/sys/net/ipv6/conf/all/disable_ipv6", O_WRONLY | O_CLOEXEC);
  if (file < 0) return; /* a kernel without IPv6; the self-test says so if this guess is wrong */
  setup_need((int)write(file, "1", 1), "switch IPv6 off");
  close(file);
}

bool network_raise(void) {
#ifndef CLAWHOLD_TEST_WITHOUT_NETWORK_NAMESPACE
#ifndef CLAWHOLD_TEST_WITH_IPV6
  switch_off_ipv6();
#else
  (void)switch_off_ipv6;
#endif
  raise_loopback();
  route_everything_here();
  return capture_lay();
#else
  (void)raise_loopback, (void)route_everything_here, (void)switch_off_ipv6;
  return false;
#endif
}

static int listen_on(const struct listener_request *request) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)request->port)};
  bool is_stream = request->kind != LISTENER_DATAGRAM;
  if (request->port < 1 || request->port > 65535 || inet_pton(AF_INET, request->address, &address.sin_addr) != 1)
    setup_fail("sandbox_listener_refused", "Use an IPv4 address and a port from 1 to 65535.",
               "The listener %s cannot have the address %s and the port %u.", request->name, request->address,
               request->port);
  if (request->kind == LISTENER_CAPTURE &&
      (address.sin_addr.s_addr != htonl(CAPTURE_ADDRESS) || request->port != CAPTURE_PORT))
    setup_fail("sandbox_listener_refused", "Supervisor and launcher must be of the same version.",
               "The listener %s is not where connections are captured.", request->name);
  int type = (is_stream ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC | SOCK_NONBLOCK;
  int listener = setup_need(socket(AF_INET, type, 0), "make a listener");
  setup_need(bind(listener, (struct sockaddr *)&address, sizeof address), "bind a listener");
  if (request->kind == LISTENER_CAPTURE && !capture_accept_for_others(listener))
    setup_need(-1, "capture connections");
  if (is_stream) setup_need(listen(listener, BACKLOG), "make a listener");
  return listener;
}

void network_listen(const struct start_request *request) {
  for (uint32_t i = 0; i < request->listener_count; i++) {
    int listener = listen_on(&request->listeners[i]);
    struct buffer message = {0};
    write_u8(&message, SETUP_LISTENER);
    write_u32(&message, i);
    write_u32(&message, request->listeners[i].kind);
    setup_send(&message, listener);
    buffer_free(&message);
    close(listener);
  }
}

static void give(uint8_t what, int descriptor) {
  struct buffer message = {0};
  write_u8(&message, what);
  setup_send(&message, descriptor);
  buffer_free(&message);
  close(descriptor);
}

void network_open_diagnosis(void) {
  give(SETUP_DIAGNOSIS, setup_need(connection_diagnosis(), "look its connections up"));
}

void network_open_refused_log(void) {
  int log = refused_log_open();
  if (log >= 0) give(SETUP_REFUSED_LOG, log);
}
