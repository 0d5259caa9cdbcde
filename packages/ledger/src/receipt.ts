import { z } from 'zod';
import { hashLeaf, hashLength } from './hash.ts';
import { verifyInclusion } from './proof.ts';
import { parseRecordLine, type ReadRecord } from './record.ts';
import type { VerifyingKey } from './signing-key.ts';
import { readHead, type SignedHead, signedHeadSchema, verifyHead } from './tree-head.ts';

/** What an appender gets when its record is durable: the promise, signed. */
export interface Receipt {
  readonly sequence: number;
  /** UTC with milliseconds, as it was recorded. */
  readonly time: string;
  /** The head that covers the record. */
  readonly head: SignedHead;
}

/** A record with the proof that it is in the ledger; anybody who has the public key can check it, offline. */
export interface InclusionReceipt {
  readonly version: 1;
  /** The line of the record: canonical JSON. */
  readonly record: string;
  readonly head: SignedHead;
  /** The inclusion proof (RFC 9162, section 2.1.3), hashes in hex. */
  readonly path: readonly string[];
}

const hashHex = z.string().regex(new RegExp(`^[0-9a-f]{${hashLength * 2}}$`));

export const inclusionReceiptSchema: z.ZodType<InclusionReceipt> = z.strictObject({
  version: z.literal(1),
  record: z.string(),
  head: signedHeadSchema,
  path: z.array(hashHex),
});

export type ReceiptVerification =
  | { readonly kind: 'included'; readonly record: ReadRecord; readonly ledgerSize: number }
  | { readonly kind: 'not proved'; readonly explanation: string };

/** Checks that a key's owner promised to have this record in the ledger, at its sequence. */
export function verifyReceipt(receipt: InclusionReceipt, key: VerifyingKey): ReceiptVerification {
  const head = readHead(receipt.head);
  const record = parseRecordLine(receipt.record);
  if (head === undefined || !verifyHead(receipt.head, key))
    return { kind: 'not proved', explanation: `The tree head does not carry a valid signature of the key ${key.id}.` };
  if (record === undefined) return { kind: 'not proved', explanation: 'The record cannot be read.' };
  const isIncluded = verifyInclusion({
    leaf: hashLeaf(receipt.record),
    index: record.sequence - 1,
    size: head.size,
    root: Buffer.from(head.root, 'hex'),
    path: receipt.path.map((hash) => Buffer.from(hash, 'hex')),
  });
  return isIncluded
    ? { kind: 'included', record, ledgerSize: head.size }
    : { kind: 'not proved', explanation: 'The proof does not lead from this record to the signed root.' };
}
