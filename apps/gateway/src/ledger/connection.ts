import { setTimeout as sleep } from 'node:timers/promises';
import { ClawholdError } from '@clawhold/spec';
import type { HeadFolder } from './head-folder.ts';
import type { LedgerOptions } from './options.ts';
import { type Reconciliation, reconcile } from './reconcile.ts';
import { WriterSession } from './writer-session.ts';

const defaultLockPatience = 10_000;
const defaultDatabasePatience = 5_000;
const retryMilliseconds = 100;

export interface Connection extends Reconciliation {
  readonly session: WriterSession;
}

/**
 * Takes the ledger of a database for appending, waiting for a database that is just restarting.
 *
 * @throws ClawholdError `ledger_in_use`, `ledger_tail_cut`, `ledger_tail_altered`; the last error of pg when the
 *   database stays away.
 */
export async function connect(options: LedgerOptions, heads: HeadFolder): Promise<Connection> {
  const deadline = performance.now() + (options.databasePatience ?? defaultDatabasePatience);
  for (;;) {
    try {
      return await connectOnce(options, heads);
    } catch (error) {
      if (error instanceof ClawholdError || performance.now() >= deadline) throw error;
      await sleep(retryMilliseconds);
    }
  }
}

async function connectOnce(options: LedgerOptions, heads: HeadFolder): Promise<Connection> {
  const session = await WriterSession.open(options.url, options.lockPatience ?? defaultLockPatience);
  try {
    return { session, ...(await reconcile(session, heads, { ...options, key: options.key.verifying })) };
  } catch (error) {
    await session[Symbol.asyncDispose]();
    throw error;
  }
}
