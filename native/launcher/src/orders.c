#define _GNU_SOURCE
#include "orders.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void close_streams(struct order *order) {
  for (int i = 0; i < 3; i++)
    if (order->streams[i] >= 0) {
      close(order->streams[i]);
      order->streams[i] = -1;
    }
}

void orders_add(struct orders *orders, struct buffer bytes, const int *streams) {
  struct order *order = calloc(1, sizeof *order);
  if (!order) abort();
  order->bytes = bytes;
  for (int i = 0; i < 3; i++) order->streams[i] = streams ? streams[i] : -1;
  if (!orders->first) orders->last = &orders->first;
  *orders->last = order;
  orders->last = &order->next;
  orders->count++;
}

static ssize_t send_order(struct order *order, int socket) {
  union {
    char bytes[CMSG_SPACE(sizeof order->streams)];
    struct cmsghdr align;
  } control = {0};
  struct iovec content = {buffer_bytes(&order->bytes), buffer_length(&order->bytes)};
  struct msghdr header = {.msg_iov = &content, .msg_iovlen = 1};
  if (order->streams[0] >= 0) {
    header.msg_control = &control;
    header.msg_controllen = sizeof control.bytes;
    struct cmsghdr *rights = CMSG_FIRSTHDR(&header);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof order->streams);
    memcpy(CMSG_DATA(rights), order->streams, sizeof order->streams);
  }
  return sendmsg(socket, &header, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void drop_first(struct orders *orders) {
  struct order *order = orders->first;
  orders->first = order->next;
  orders->count--;
  close_streams(order);
  buffer_free(&order->bytes);
  free(order);
}

bool orders_flush(struct orders *orders, int socket) {
  while (orders->first) {
    struct order *order = orders->first;
    ssize_t length = send_order(order, socket);
    if (length < 0 && errno == EINTR) continue;
    if (length < 0) return false;
    close_streams(order);
    buffer_consume(&order->bytes, (size_t)length);
    if (!buffer_length(&order->bytes)) drop_first(orders);
  }
  return true;
}

void orders_clear(struct orders *orders) {
  while (orders->first) drop_first(orders);
}
