/*
 * One epoll loop for everything the launcher waits for.
 */
#ifndef CLAWHOLD_LOOP_H
#define CLAWHOLD_LOOP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/epoll.h>

struct watch {
  int fd; /* -1 when closed */
  void (*ready)(struct watch *watch, uint32_t events);
  void *owner;
  bool watched;
};

void loop_open(void);
/* Waits for `events`, or for other ones than before. Hang-ups and errors are always reported. */
void loop_watch(struct watch *watch, uint32_t events);
/* Stops watching, hang-ups included, and keeps the descriptor open. */
void loop_pause(struct watch *watch);
/* Stops watching and closes the descriptor; harmless on a closed watch. */
void loop_close(struct watch *watch);
/* Waits for one event and runs its callback. One at a time, so that a callback may free any other watch. */
void loop_once(void);

#endif
