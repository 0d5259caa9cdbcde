import { z } from 'zod';
import type { Batch } from './batch.ts';
import { canonicalize } from './canonical.ts';
import { type SignedHead, signedHeadSchema } from './tree-head.ts';

/*
 * An export is NDJSON: a header, then each batch followed by its records. A record's line is the canonical text that was
 * hashed, so the verifier hashes what it reads and parses only what is wrong. The first letter of the first key tells
 * the three kinds of line apart: "actor" is a record, "batch" a batch, "export" the header.
 */

/** The first line: what the exporter says it wrote. */
export interface ExportHeader {
  readonly version: 1;
  readonly install: string;
  /** The first sequence of the export, at the beginning of a batch. */
  readonly from: number;
  /** The last sequence that a batch of the export covers; `from - 1` when it is empty. */
  readonly to: number;
  /** Whether `to` is where the exporter found the ledger to end. */
  readonly complete: boolean;
  /** Where the ledger stood before `from`; null when the export begins at the first record. */
  readonly start: { readonly frontier: Uint8Array; readonly head: SignedHead } | null;
}

// Node's base64 reader passes over what it does not know; one value must not have many spellings.
const bytes = z.string().transform((text, context) => {
  const value = Buffer.from(text, 'base64');
  if (value.toString('base64') !== text) context.addIssue('is not base64');
  return value;
});

const headerLineSchema = z.strictObject({
  export: z.strictObject({
    version: z.literal(1),
    install: z.string(),
    from: z.number().int().positive(),
    to: z.number().int().nonnegative(),
    complete: z.boolean(),
    start: z.strictObject({ frontier: bytes, head: signedHeadSchema }).nullable(),
  }),
});

const batchLineSchema = z.strictObject({
  batch: z.strictObject({
    first: z.number().int(),
    size: z.number().int(),
    leaves: bytes,
    frontier: bytes,
    head: signedHeadSchema,
  }),
});

export function headerLine(header: ExportHeader): string {
  const start = header.start && { frontier: base64(header.start.frontier), head: { ...header.start.head } };
  return canonicalize({ export: { ...header, start } });
}

export function batchLine(batch: Batch): string {
  const { first, size, head } = batch;
  const parts = { first, size, head: { ...head }, leaves: base64(batch.leaves), frontier: base64(batch.frontier) };
  return canonicalize({ batch: parts });
}

export function parseHeaderLine(line: string): ExportHeader | undefined {
  return headerLineSchema.safeParse(parseJson(line)).data?.export;
}

export function parseBatchLine(line: string): Batch | undefined {
  return batchLineSchema.safeParse(parseJson(line)).data?.batch;
}

export type LineKind = 'record' | 'batch' | 'header' | 'unknown';

const kindOfLetter: Readonly<Record<string, LineKind>> = { a: 'record', b: 'batch', e: 'header' };

/** Tells the kind of a line by its third byte, the first letter of its first key. */
export function lineKind(line: Uint8Array): LineKind {
  const letter = line[2];
  return (letter !== undefined && kindOfLetter[String.fromCharCode(letter)]) || 'unknown';
}

function base64(value: Uint8Array): string {
  return Buffer.from(value).toString('base64');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
