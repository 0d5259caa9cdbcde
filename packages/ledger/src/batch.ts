import { Frontier } from './frontier.ts';
import { hashLeaf, hashLength } from './hash.ts';
import { type PreparedRecord, recordLine, type StoredRecord } from './record.ts';
import type { SigningKey } from './signing-key.ts';
import { hashHead, type SignedHead, signHead } from './tree-head.ts';

/** Records that became durable together, under one signature. */
export interface Batch {
  /** The sequence of its first record. */
  readonly first: number;
  /** How many records the ledger has with this batch: the sequence of its last record. */
  readonly size: number;
  /** The leaf hashes of its records, one after the other. They let the verifier name the exact record that differs. */
  readonly leaves: Uint8Array;
  /** {@link Frontier.bytes} of the tree with this batch, so that a writer can go on without reading the ledger. */
  readonly frontier: Uint8Array;
  readonly head: SignedHead;
}

/** Where a ledger ends: all that is needed to append to it. */
export interface Tail {
  readonly frontier: Frontier;
  /** The time of the last record; null in an empty ledger. */
  readonly time: string | null;
  /** The last signed head; null in an empty ledger. */
  readonly head: SignedHead | null;
}

export const emptyTail: Tail = { frontier: Frontier.empty(), time: null, head: null };

export interface SealedBatch {
  readonly batch: Batch;
  readonly records: readonly StoredRecord[];
  /** The tail after this batch. The tail that was given is left as it was, in case the batch is never stored. */
  readonly tail: Tail;
}

export interface Seal {
  /** The present, UTC with milliseconds. A clock that went back is held at the time of the last record. */
  readonly time: string;
  readonly install: string;
  readonly key: SigningKey;
}

/** Puts records at the end of a ledger: numbers them, hashes them, signs the new head. Pure. */
export function sealBatch(tail: Tail, prepared: readonly PreparedRecord[], seal: Seal): SealedBatch {
  const time = tail.time !== null && tail.time > seal.time ? tail.time : seal.time;
  const frontier = tail.frontier.clone();
  const leaves = Buffer.allocUnsafe(prepared.length * hashLength);
  const first = frontier.size + 1;
  const records = prepared.map((record, index): StoredRecord => {
    const stored = { ...record, sequence: first + index, time };
    const leaf = hashLeaf(recordLine(stored));
    leaves.set(leaf, index * hashLength);
    frontier.append(leaf);
    return stored;
  });
  const head = signHead(
    {
      version: 1,
      install: seal.install,
      key: seal.key.id,
      size: frontier.size,
      root: Buffer.from(frontier.root()).toString('hex'),
      time,
      previous: tail.head === null ? null : hashHead(tail.head),
    },
    seal.key,
  );
  const batch = { first, size: frontier.size, leaves, frontier: frontier.bytes(), head };
  return { batch, records, tail: { frontier, time, head } };
}
