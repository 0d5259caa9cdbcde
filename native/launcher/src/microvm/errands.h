/*
 * What programs in the machine send to the network is sent from here: in the workshop every address is that of a listener
 * of the supervisor, or is refused.
 */
#ifndef CLAWHOLD_ERRANDS_H
#define CLAWHOLD_ERRANDS_H

#include "wire.h"

/* Carries out a frame about connections and datagrams; false when it is none, or breaks the rules. */
bool errands_obey(const struct frame *frame);

#endif
