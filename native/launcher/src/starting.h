/*
 * What every starter does, whether it builds a sandbox itself (starter.h) or leaves that to an engine (container/keeper.h).
 */
#ifndef CLAWHOLD_STARTING_H
#define CLAWHOLD_STARTING_H

#include "handover.h"

/* Where a starter has the launcher's ends. */
enum { STARTING_SETUP_AT = 3, STARTING_CHANNEL_AT = 4 };

/* Keeps nothing of the launcher's but these two. */
void starting_begin_afresh(int setup, int channel);

/* Waits for the request; ends this process when nobody asks any more. `packet` has SETUP_LONGEST bytes; their number. */
size_t starting_receive_request(struct handover *handover, uint8_t *packet);

/* For the self-test: which files the secrets of the host are. */
void starting_look_for_secrets(struct handover *handover);

/* Name and inode of each namespace of a first process. They never change: they can be looked at before there is a hurry. */
void starting_write_namespaces(struct buffer *message, pid_t first);

/* Tells the launcher of a first process and its group; `seen` are the namespaces. */
void starting_report_birth(pid_t first, const struct cgroup *group, const struct buffer *seen);

#endif
