/*
 * The sandboxes of this launcher, from the request that makes one to the death of its last process.
 */
#ifndef CLAWHOLD_SANDBOX_H
#define CLAWHOLD_SANDBOX_H

#include "deadline.h"
#include "drift.h"
#include "layers/cgroup.h"
#include "loop.h"
#include "orders.h"
#include "wire.h"

enum sandbox_state { SANDBOX_STARTING, SANDBOX_RUNNING, SANDBOX_FREEZING, SANDBOX_FROZEN, SANDBOX_ENDING, SANDBOX_ENDED };

/* Why it ended, where that is somebody's business. */
enum sandbox_ending {
  ENDING_OTHER = 0,
  ENDING_DRIFT = 1, /* it was no longer what was measured */
  ENDING_TIME = 2,  /* it had lived for as long as it may */
};

/* Its task folder is being mounted anew: see renewal.h. */
struct sandbox_renewal {
  uint32_t request; /* 0: it is not */
  struct buffer payload;
  pid_t process;
};

struct sandbox {
  struct sandbox *next;
  uint32_t id;
  enum sandbox_state state;
  pid_t starter, first;
  unsigned user, group; /* on the host */
  struct watch setup, channel;
  struct watch life; /* of a first process that is an engine's child, not ours; -1 otherwise */
  struct buffer inbox;
  struct orders orders;
  struct cgroup cgroup;
  struct {
    int user, mounts;
  } spaces; /* its namespaces, -1 before they have come */
  struct sandbox_renewal renewal;
  struct buffer namespaces; /* fields of the attestation: name and inode of each */
  uint32_t listeners;
  int diagnosis; /* see caller/connection.h; -1 before it has come */
  struct watch refused; /* see refused/refused_log.h */
  uint32_t freeze_request, kill_request; /* 0: none is open */
  unsigned patience;                     /* milliseconds until a freeze has failed */
  const char *cause;
  struct drift drift;
  enum sandbox_ending ending;
  uint32_t seconds; /* that it may live; 0: no limit */
  struct deadline lifetime;
};

/* It runs now: its lifetime counts. */
void sandbox_begin_life(struct sandbox *sandbox);

/* Prepares the first starter. */
void sandbox_open(void);

void sandbox_start(uint32_t id, struct reader payload);
void sandbox_execute(uint32_t id, struct reader payload);
void sandbox_freeze(uint32_t id, struct reader payload);
void sandbox_thaw(uint32_t id, struct reader payload);
void sandbox_kill(uint32_t id, struct reader payload);
void sandbox_inspect(uint32_t id, struct reader payload);

void sandbox_signal(struct sandbox *sandbox, uint32_t process, int number);

/* Tells its first process something that needs no more words. */
void sandbox_order(struct sandbox *sandbox, uint8_t type);

/* Ends it; `cause` is a short constant that the supervisor is told. */
void sandbox_end(struct sandbox *sandbox, const char *cause);

void sandbox_kill_first(struct sandbox *sandbox);

/* Ends it because something of it was changed from outside. */
void sandbox_drifted(struct sandbox *sandbox, const char *change);

struct sandbox *sandbox_find(uint32_t id);
struct sandbox *sandbox_list(void);

/* True when the process was a starter or the first process of a sandbox. */
bool sandbox_reaped(pid_t process);

/* Every millisecond while one is freezing, or its group is not yet gone. */
void sandbox_tick(void);

#endif
