import { ClawholdError } from '@clawhold/spec';

/** The operating system account that PostgreSQL runs as. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Who the server will be: the account given, or this process's own.
 *
 * PostgreSQL refuses to run as root, and we would not want it to: what breaks into the database must own nothing else.
 *
 * @throws ClawholdError `database_account_missing` as root without an account; `database_account_foreign` when an
 *   ordinary user asks for somebody else's.
 */
export function serverAccount(wanted: Account | undefined): Account {
  const own = { uid: process.getuid?.() ?? -1, gid: process.getgid?.() ?? -1 };
  const account = wanted ?? own;
  if (account.uid === 0)
    throw new ClawholdError('database_account_missing', 'PostgreSQL does not run as root.', {
      hint: 'Give it an account of its own, or start Clawhold as an ordinary user.',
    });
  if (own.uid !== 0 && account.uid !== own.uid)
    throw new ClawholdError('database_account_foreign', `Only root can run PostgreSQL as user ${account.uid}.`, {
      hint: 'Start Clawhold as root, or let the database run as you.',
    });
  return account;
}

/** What `spawn` needs to become that account; empty when we are it already (an ordinary user may not set groups). */
export function identity(account: Account): { readonly uid?: number; readonly gid?: number } {
  return account.uid === process.getuid?.() ? {} : { uid: account.uid, gid: account.gid };
}
