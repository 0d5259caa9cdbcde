/*
 * The first process of a virtual machine: mounts what is shared with it, lets a sandbox be made there as on any machine
 * (inmate.h), and carries everything that goes in and out over the port.
 */
#ifndef CLAWHOLD_GUEST_H
#define CLAWHOLD_GUEST_H

#define GUEST_PROGRAM "/init"
#define GUEST_ROOT "/sandbox"

_Noreturn void guest_main(void);

#endif
