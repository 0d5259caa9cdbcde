import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { cloneDatabase, temporaryFolder } from '@clawhold/testkit';
import { Kysely, PostgresDialect } from 'kysely';
import { onTestFinished } from 'vitest';
import { openPool } from '../../store/pool.ts';
import { type Ledger, openLedger } from '../ledger.ts';
import type { LedgerOptions } from '../options.ts';
import { openLedgerKey } from '../signing-key-file.ts';
import type { LedgerTables } from '../tables.ts';

/** A ledger on a database and in folders of its own, for one test. */
export interface TestLedger {
  readonly options: LedgerOptions;
  /** Opens it, and closes it when the test has finished. */
  open(changes?: Partial<LedgerOptions>): Promise<Ledger>;
  /** Runs SQL as the superuser. */
  attack(statement: string, values?: readonly unknown[]): Promise<readonly Record<string, unknown>[]>;
}

/** @param url where, if not on a copy of the run's template. */
export async function makeTestLedger(url?: string): Promise<TestLedger> {
  const place = url ?? (await cloneDatabase()).url;
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'keys'), { mode: 0o700 });
  const pool = openPool(place, { max: 2 });
  const database = new Kysely<LedgerTables>({ dialect: new PostgresDialect({ pool }) });
  onTestFinished(() => database.destroy());
  const options: LedgerOptions = {
    url: place,
    database,
    headFolder: join(folder, 'heads'),
    key: await openLedgerKey(join(folder, 'keys')),
    install: 'ins_0123456789',
  };
  return {
    options,
    async open(changes = {}) {
      const ledger = await openLedger({ ...options, ...changes });
      onTestFinished(() => ledger[Symbol.asyncDispose]());
      return ledger;
    },
    async attack(statement, values = []) {
      const result = await pool.query<Record<string, unknown>>(statement, [...values]);
      return result.rows;
    },
  };
}
