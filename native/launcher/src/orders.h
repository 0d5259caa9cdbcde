/*
 * Orders on their way to the first process of a sandbox, some of which carry the three streams of a command.
 */
#ifndef CLAWHOLD_ORDERS_H
#define CLAWHOLD_ORDERS_H

#include "buffer.h"

struct order {
  struct order *next;
  int streams[3]; /* -1: none, or already sent */
  struct buffer bytes;
};

struct orders {
  struct order *first, **last;
  unsigned count;
};

enum { MOST_ORDERS = 128 };

/* Takes over `bytes` and `streams` (NULL when there are none). */
void orders_add(struct orders *orders, struct buffer bytes, const int *streams);

/* Sends what the socket takes; true when nothing is left. */
bool orders_flush(struct orders *orders, int socket);

void orders_clear(struct orders *orders);

#endif
