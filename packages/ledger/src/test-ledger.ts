import { createPrivateKey, createPublicKey } from 'node:crypto';
import fc from 'fast-check';
import { type Batch, emptyTail, sealBatch, type Tail } from './batch.ts';
import { batchLine, headerLine } from './export-line.ts';
import { type PreparedRecord, prepareRecord, recordLine, type StoredRecord } from './record.ts';
import { type SigningKey, signingKey, type VerifyingKey, verifyingKey } from './signing-key.ts';
import type { SignedHead } from './tree-head.ts';
import type { Verification } from './verification.ts';
import { verifyExport } from './verify-export.ts';

/*
 * A ledger in memory, for tests that alter its rows as somebody with every right in the database could.
 */

// An Ed25519 key from a fixed seed: the prefix is that of its PKCS #8 form (RFC 8410, section 7).
const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, 'seed')]);
const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
export const key: SigningKey = signingKey(privateKey);
export const verifying: VerifyingKey = verifyingKey(createPublicKey(privateKey));
export const install: `ins_${string}` = 'ins_0123456789';

/** What a database holds, and an attacker may rewrite. */
export interface Rows {
  readonly entries: readonly StoredRecord[];
  readonly batches: readonly Batch[];
}

export function prepared(text: string, type = 'run.created'): PreparedRecord {
  return prepareRecord({ type, actor: 'api', run: null, body: { text } });
}

/** A ledger with a batch of each of these sizes. */
export function makeLedger(
  sizes: readonly number[],
  start: Tail = emptyTail,
  text = 'true',
  signer: SigningKey = key,
): Rows & { readonly tail: Tail } {
  let tail = start;
  const rows: { entries: StoredRecord[]; batches: Batch[] } = { entries: [], batches: [] };
  for (const size of sizes) {
    const records = Array.from({ length: size }, (_, index) => prepared(`${text} ${tail.frontier.size + index}`));
    const sealed = sealBatch(tail, records, { time: '2026-01-02T03:04:05.678Z', install, key: signer });
    rows.entries.push(...sealed.records);
    rows.batches.push(sealed.batch);
    tail = sealed.tail;
  }
  return { ...rows, tail };
}

/** Exports rows as the gateway does: each batch before its first record, all in the order of their sequence. */
export function exportRows({ entries, batches }: Rows): string {
  const waiting = batches.toSorted((one, other) => one.first - other.first);
  const lines: string[] = [];
  for (const entry of entries.toSorted((one, other) => one.sequence - other.sequence)) {
    while (waiting[0] !== undefined && waiting[0].first <= entry.sequence)
      lines.push(...waiting.splice(0, 1).map(batchLine));
    lines.push(recordLine(entry));
  }
  lines.push(...waiting.map(batchLine));
  const to = batches.reduce((size, batch) => Math.max(size, batch.size), 0);
  return [headerLine({ version: 1, install, from: 1, to, complete: true, start: null }), ...lines, ''].join('\n');
}

export async function* inChunks(text: string, length: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let start = 0; start < bytes.length; start += length) yield bytes.subarray(start, start + length);
}

export function verifyRows(rows: Rows, heads: readonly SignedHead[] = [], chunk = 4_096): Promise<Verification> {
  return verifyExport(inChunks(exportRows(rows), chunk), { heads, key: verifying });
}

/** Puts the rows in this order and numbers them anew, as an attacker would hide a removal or an insertion. */
export function renumber(entries: readonly StoredRecord[]): readonly StoredRecord[] {
  return entries.map((entry, index) => ({ ...entry, sequence: index + 1 }));
}

/** A record that nobody signed. */
export function foreign(sequence: number): StoredRecord {
  return {
    ...prepared('false'),
    sequence,
    time: '2026-01-02T03:04:05.678Z',
  };
}

export const sizes: fc.Arbitrary<number[]> = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 7 });
/** The batches of a ledger and two of its records, by position from zero. */
export interface Place {
  readonly split: number[];
  readonly at: number;
  readonly other: number;
}

export const place: fc.Arbitrary<Place> = sizes.chain((split) => {
  const total = split.reduce((sum, size) => sum + size, 0);
  return fc.record({ split: fc.constant(split), at: fc.nat(total - 1), other: fc.nat(total - 1) });
});
