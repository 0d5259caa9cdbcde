import type { ColumnType } from 'kysely';

/** A number of PostgreSQL's `bigint`, which pg reads as text because it may not fit. */
type BigInteger = ColumnType<string, number, never>;
type Fixed<Value> = ColumnType<Value, Value, never>;

/** A record. Every column is covered by its leaf hash. Times and bodies are the very text that was hashed. */
interface LedgerEntryTable {
  sequence: BigInteger;
  /** ISO 8601, UTC, milliseconds. */
  time: Fixed<string>;
  type: Fixed<string>;
  actor: Fixed<string>;
  run: Fixed<string | null>;
  session: Fixed<string | null>;
  team: Fixed<string | null>;
  /** Canonical JSON (RFC 8785). */
  body: Fixed<string>;
}

/** Records that were committed together, and the signed tree head that covers them. */
interface LedgerBatchTable {
  first_sequence: BigInteger;
  size_after: BigInteger;
  leaf_hashes: Fixed<Buffer>;
  frontier: Fixed<Buffer>;
  /** Canonical JSON of the tree head: what was signed. */
  head: Fixed<string>;
  signature: Fixed<Buffer>;
}

export interface LedgerTables {
  ledger_entry: LedgerEntryTable;
  ledger_batch: LedgerBatchTable;
}
