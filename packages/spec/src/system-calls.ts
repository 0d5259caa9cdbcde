/**
 * Sets of system calls that a policy may give to sandboxes beside the base, which is enough for ordinary programs
 * (docs/sandbox-syscalls.md). In the order of the launcher's bits (`profile.h`); a test compares them.
 */
export const systemCallProfiles = ['debugger'] as const;
export type SystemCallProfile = (typeof systemCallProfiles)[number];
