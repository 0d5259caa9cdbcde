import type { Kysely, Selectable } from 'kysely';
import type { LedgerTables } from './tables.ts';

/** Finds the batch that a record was committed with; undefined when the ledger does not reach as far. */
export function batchHolding(
  database: Kysely<LedgerTables>,
  sequence: number,
): Promise<Selectable<LedgerTables['ledger_batch']> | undefined> {
  return database
    .selectFrom('ledger_batch')
    .selectAll()
    .where('size_after', '>=', String(sequence))
    .orderBy('size_after')
    .limit(1)
    .executeTakeFirst();
}
