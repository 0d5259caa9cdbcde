import { batchLine, type ExportHeader, headerLine } from '@clawhold/ledger';
import { type ControlledTransaction, type Kysely, type RawBuilder, type Selectable, sql } from 'kysely';
import { batchHolding } from './batch-holding.ts';
import { exportedLine, toBatch } from './rows.ts';
import type { LedgerTables } from './tables.ts';

export interface ExportRange {
  /** The first sequence wanted; the export begins with the batch that holds it. Default: 1. */
  readonly from?: number;
  /** The last sequence wanted; the export ends with the batch that holds it. Default: the end of the ledger. */
  readonly to?: number;
}

const pageRows = 2_000;

type EntryRow = Selectable<LedgerTables['ledger_entry']>;
type BatchRow = Selectable<LedgerTables['ledger_batch']>;

/**
 * Writes the ledger as NDJSON for the offline verifier, page by page, as it stands at one moment. It hides nothing:
 * rows that no gateway wrote are exported too, so that the verifier sees them.
 */
export async function* exportEntries(
  database: Kysely<LedgerTables>,
  install: string,
  range: ExportRange = {},
): AsyncGenerator<Uint8Array> {
  const transaction = await database
    .startTransaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute();
  try {
    const bounds = await findBounds(transaction, range);
    yield toBytes([headerLine({ version: 1, install, ...bounds })]);
    // Cursors, not keys: in a table whose primary key was dropped, two rows may have one key.
    const batches = await openCursor<BatchRow>(transaction, 'batches', selectBatches(bounds, range));
    const entries = await openCursor<EntryRow>(transaction, 'entries', selectEntries(bounds, range));
    yield* merge(batches, entries);
  } finally {
    await transaction.rollback().execute();
  }
}

type Bounds = Pick<ExportHeader, 'from' | 'to' | 'complete' | 'start'>;

async function findBounds(transaction: ControlledTransaction<LedgerTables>, range: ExportRange): Promise<Bounds> {
  const { end } = await transaction
    .selectFrom('ledger_batch')
    .select(({ fn }) => fn.max('size_after').as('end'))
    .executeTakeFirstOrThrow();
  const last = range.to === undefined ? undefined : await batchHolding(transaction, range.to);
  const to = Number(last?.size_after ?? end ?? 0);
  const complete = to === Number(end ?? 0);
  const first = range.from === undefined ? undefined : await batchHolding(transaction, range.from);
  const before = first && (await previousBatch(transaction, first));
  if (before === undefined) return { from: 1, to, complete, start: null };
  const { frontier, head } = toBatch(before);
  return { from: Number(first?.first_sequence ?? 1), to, complete, start: { frontier, head } };
}

function previousBatch(
  transaction: ControlledTransaction<LedgerTables>,
  { first_sequence }: BatchRow,
): Promise<BatchRow | undefined> {
  return transaction
    .selectFrom('ledger_batch')
    .selectAll()
    .where('size_after', '<', first_sequence)
    .orderBy('size_after', 'desc')
    .limit(1)
    .executeTakeFirst();
}

// At the open ends there is no bound: a row before the first or after the last sequence must come to light.
function selectBatches({ from, to }: Bounds, range: ExportRange): RawBuilder<unknown> {
  return sql`select * from ledger_batch where ${within('first_sequence', from, to, range)} order by first_sequence`;
}

function selectEntries({ from, to }: Bounds, range: ExportRange): RawBuilder<unknown> {
  return sql`select * from ledger_entry where ${within('sequence', from, to, range)} order by sequence`;
}

function within(column: string, from: number, to: number, range: ExportRange): RawBuilder<unknown> {
  const lower = from === 1 ? sql`true` : sql`${sql.ref(column)} >= ${sql.lit(from)}`;
  const upper = range.to === undefined ? sql`true` : sql`${sql.ref(column)} <= ${sql.lit(to)}`;
  return sql`${lower} and ${upper}`;
}

/** The rows of a cursor, one after the other, read ahead a page at a time. */
interface Cursor<Row> {
  readonly page: readonly Row[];
  position: number;
  next(): Promise<void>;
}

async function openCursor<Row>(
  transaction: ControlledTransaction<LedgerTables>,
  name: string,
  query: RawBuilder<unknown>,
): Promise<Cursor<Row>> {
  await sql`declare ${sql.ref(name)} no scroll cursor for ${query}`.execute(transaction);
  let page: readonly Row[] = [];
  const cursor = {
    get page() {
      return page;
    },
    position: 0,
    async next() {
      page = (await sql<Row>`fetch ${sql.lit(pageRows)} from ${sql.ref(name)}`.execute(transaction)).rows;
      cursor.position = 0;
    },
  };
  await cursor.next();
  return cursor;
}

/** Puts each batch before its first record. */
async function* merge(batches: Cursor<BatchRow>, entries: Cursor<EntryRow>): AsyncGenerator<Uint8Array> {
  let lines: string[] = [];
  for (;;) {
    const batch = batches.page[batches.position];
    const entry = entries.page[entries.position];
    if (batch === undefined && entry === undefined) break;
    if (batch !== undefined && (entry === undefined || BigInt(batch.first_sequence) <= BigInt(entry.sequence))) {
      lines.push(batchLine(toBatch(batch)));
      batches.position += 1;
    } else if (entry !== undefined) {
      lines.push(exportedLine(entry));
      entries.position += 1;
    }
    if (lines.length >= pageRows) {
      yield toBytes(lines);
      lines = [];
    }
    if (batches.position === batches.page.length && batches.page.length > 0) await batches.next();
    if (entries.position === entries.page.length && entries.page.length > 0) await entries.next();
  }
  if (lines.length > 0) yield toBytes(lines);
}

function toBytes(lines: readonly string[]): Uint8Array {
  return Buffer.from(`${lines.join('\n')}\n`);
}
