/*
 * The one line between a virtual machine and its attendant: frames of wire.h over a virtio-serial port.
 *
 *   attendant (attendant.h)    in the workshop; to the launcher it is what the first process of a sandbox is
 *     └ QEMU (machine.h)       a container of its own around it; the task folder and the root by 9p, this port, nothing else
 *         └ guest (guest.h)    the machine's first process, with rights there; to the attendant it is hostile
 *             └ first process  the launcher's code again, from network to filter as in any sandbox
 */
#ifndef CLAWHOLD_PORT_H
#define CLAWHOLD_PORT_H

#include "wire.h"

enum port_word {
  /* To the machine: the canary and the handover as the keeper sent it, orders as the launcher sent them. */
  PORT_HANDOVER = 1,
  PORT_ORDER = 2,
  PORT_EXECUTE = 3, /* an order that has streams; the frame's id is that of the command */
  /* From the machine: what its first process says while it is made, its answers, and what its programs dial. */
  PORT_SETUP = 4,
  PORT_ANSWER = 5,
  PORT_CONNECT = 6,  /* address:u32 port:u32, in network order of bytes; the frame's id is that of the connection */
  PORT_REFUSED = 7,  /* address:u32 port:u32 */
  /* Both ways. */
  PORT_DATAGRAM = 8, /* address:u32 port:u32 of who asks, listener:u32, bytes */
  PORT_DATA = 9,     /* part:u8 bytes; see flow.h */
  PORT_END = 10,     /* part:u8 aborted:u8 */
  PORT_CREDIT = 11,  /* part:u8 number:u32 */
  PORT_STOP = 12,    /* part:u8 */
};

/* An order of the launcher, with the head of a frame around it; and what may wait for a side that does not read. */
enum { LONGEST_PORT_FRAME = LONGEST_FRAME + 64, MOST_SAID = 16 * LONGEST_FRAME };

/* Takes over a descriptor; `obey` gets each whole frame, `end` never returns. The process ends when the line says nonsense. */
void port_open(int descriptor, void (*obey)(const struct frame *frame), void (*end)(void));

/* Where frames are written to; `port_flush` sends what the line takes, and the rest when it takes more. */
struct buffer *port_frames(void);
void port_flush(void);

#endif
