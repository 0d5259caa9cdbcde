/*
 * A process for the crash test to kill: appends without end and says on stdout what was acknowledged, one line
 * `<sequence> <number of the event>` for each record. It takes what it needs as one JSON document on stdin.
 */
import { writeSync } from 'node:fs';
import { json } from 'node:stream/consumers';
import { id } from '@clawhold/spec';
import { Kysely, PostgresDialect } from 'kysely';
import { z } from 'zod';
import { openPool } from '../../store/pool.ts';
import { openLedger } from '../ledger.ts';
import { openLedgerKey } from '../signing-key-file.ts';
import type { LedgerTables } from '../tables.ts';
import { makeEvents } from './events.ts';

const startSchema = z.object({
  url: z.string(),
  headFolder: z.string(),
  keyFolder: z.string(),
  install: id('install'),
  /** The number of the first event. */
  first: z.number().int(),
});

const { url, headFolder, keyFolder, install, first } = startSchema.parse(await json(process.stdin));
const database = new Kysely<LedgerTables>({
  dialect: new PostgresDialect({ pool: openPool(url, { max: 2 }) }),
});
const key = await openLedgerKey(keyFolder);
const ledger = await openLedger({ url, database, headFolder, key, install, batchRecords: 8 });
let next = first;

async function appendForEver(): Promise<never> {
  for (;;) {
    const count = 1 + (next % 4);
    const number = next;
    next += count;
    const receipts = await ledger.append(makeEvents(count, number));
    const lines = receipts.map(({ sequence }, index) => `${sequence} ${number + index}\n`);
    // Synchronous: what is said has left this process before it can be killed.
    writeSync(1, lines.join(''));
  }
}

await Promise.all(Array.from({ length: 6 }, appendForEver));
