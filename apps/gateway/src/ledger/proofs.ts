import {
  consistencyRanges,
  Frontier,
  hashRanges,
  type InclusionReceipt,
  inclusionRanges,
  type ProofSource,
  type SignedHead,
  splitHashes,
} from '@clawhold/ledger';
import { ClawholdError } from '@clawhold/spec';
import type { Kysely, Selectable } from 'kysely';
import { batchHolding } from './batch-holding.ts';
import { exportedLine, toBatch } from './rows.ts';
import type { LedgerTables } from './tables.ts';

/** Two signed heads and the proof that the later one only appended to the earlier (RFC 9162, section 2.1.4). */
export interface ConsistencyReceipt {
  readonly first: SignedHead;
  readonly second: SignedHead;
  /** Hashes in hex. */
  readonly path: readonly string[];
}

/**
 * Proves that a record is in the ledger, against the head it was signed under. Reads only its own batch.
 *
 * @throws ClawholdError `state_record_not_found`.
 */
export async function proveInclusion(database: Kysely<LedgerTables>, sequence: number): Promise<InclusionReceipt> {
  const row = await database
    .selectFrom('ledger_entry')
    .selectAll()
    .where('sequence', '=', String(sequence))
    .executeTakeFirst();
  const batch = await batchHolding(database, sequence);
  if (row === undefined || batch === undefined) throw notFound(`record ${sequence}`);
  const { first, size, leaves, head } = toBatch(batch);
  const before = first === 1 ? Frontier.empty() : await frontierAt(database, first - 1);
  const source = { before, leaves: splitHashes(leaves) ?? [] };
  return { version: 1, record: exportedLine(row), head, path: toHex(inclusionRanges(sequence - 1, size), source) };
}

/**
 * Proves that the ledger of one head continues the ledger of another. Reads the batches between them.
 *
 * @throws ClawholdError `state_record_not_found` unless both are sizes of signed heads.
 */
export async function proveConsistency(
  database: Kysely<LedgerTables>,
  firstSize: number,
  secondSize: number,
): Promise<ConsistencyReceipt> {
  const rows = await database
    .selectFrom('ledger_batch')
    .selectAll()
    .where('size_after', '>=', String(firstSize))
    .where('size_after', '<=', String(secondSize))
    .orderBy('size_after')
    .execute();
  const batches = rows.map(toBatch);
  const [first, ...between] = batches;
  const second = batches.at(-1);
  if (first?.size !== firstSize || second?.size !== secondSize) throw notFound('a signed tree head of that size');
  const before = Frontier.parse(first.size, first.frontier);
  if (before === undefined) throw notFound('the edge of its tree');
  const source = { before, leaves: between.flatMap(({ leaves }) => splitHashes(leaves) ?? []) };
  return { first: first.head, second: second.head, path: toHex(consistencyRanges(firstSize, secondSize), source) };
}

async function frontierAt(database: Kysely<LedgerTables>, size: number): Promise<Frontier> {
  const row: Selectable<LedgerTables['ledger_batch']> | undefined = await database
    .selectFrom('ledger_batch')
    .selectAll()
    .where('size_after', '=', String(size))
    .executeTakeFirst();
  const frontier = row && Frontier.parse(size, row.frontier);
  if (frontier === undefined) throw notFound(`a signed tree head of ${size} records`);
  return frontier;
}

function toHex(ranges: Parameters<typeof hashRanges>[0], source: ProofSource): readonly string[] {
  return hashRanges(ranges, source).map((hash) => Buffer.from(hash).toString('hex'));
}

function notFound(what: string): ClawholdError {
  return new ClawholdError('state_record_not_found', `The ledger does not hold ${what}.`, {
    status: 404,
    hint: 'Run "clawhold audit verify" if it should be there.',
  });
}
