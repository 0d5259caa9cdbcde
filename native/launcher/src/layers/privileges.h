/*
 * Giving up privileges for good.
 */
#ifndef CLAWHOLD_PRIVILEGES_H
#define CLAWHOLD_PRIVILEGES_H

/* For a sandbox: no capability of any kind, none to be had by exec, no way to change these rules. */
void privileges_drop_all(void);
void privileges_forbid_new(void);

/* For a first process on its way there: the next program of this process has these capabilities too. */
void privileges_pass_on(const unsigned *capabilities, unsigned count);

/* For the launcher when it runs as root: keeps only what privileges.c lists. */
void privileges_keep_needed(void);

/* For the supervisor: becomes the account, without groups, capabilities or new privileges. */
void privileges_become(unsigned user, unsigned group);

#endif
