/*
 * Sets of system calls beside the base, which a policy may give to the sandboxes of an agent.
 */
#ifndef CLAWHOLD_PROFILE_H
#define CLAWHOLD_PROFILE_H

/* The same bits are written down in packages/sandbox/src/launcher/start-request.ts. */
enum profile {
  PROFILE_DEBUGGER = 1, /* debuggers and tracers of programs of the same sandbox */
};

enum { PROFILES = 1, EVERY_PROFILE = PROFILE_DEBUGGER };

#endif
