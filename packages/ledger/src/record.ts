import { z } from 'zod';
import { canonicalize } from './canonical.ts';

// Control characters would let a name break a line of an export or of a terminal.
const name = z
  .string()
  .min(1)
  .max(200)
  .refine((text) => text.isWellFormed() && !/\p{Cc}/u.test(text), 'must not hold control characters');

/** What a caller asks to have recorded. Sequence and time are the ledger's to give. */
export interface NewRecord {
  /** The name of an event, `noun.verb` in the past tense. */
  readonly type: string;
  /** Which process or person acted: `supervisor`, `worker`, `api`, `person:<name>`. */
  readonly actor: string;
  readonly run: string | null;
  /** Default: null, no session. */
  readonly session?: string | null;
  /** Default: null, the one team of an install that has no teams. */
  readonly team?: string | null;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A {@link NewRecord} that is known to be fit for the ledger, its body already canonical. */
export interface PreparedRecord {
  readonly type: string;
  readonly actor: string;
  readonly run: string | null;
  readonly session: string | null;
  readonly team: string | null;
  /** Canonical JSON (RFC 8785). */
  readonly body: string;
}

/** A record at its place in the ledger. */
export interface StoredRecord extends PreparedRecord {
  /** Counted from one, without gaps: record `n` is leaf `n - 1` of the tree. */
  readonly sequence: number;
  /** When the ledger took it, UTC with milliseconds as `Date.toISOString` writes; never before the previous record. */
  readonly time: string;
}

const newRecordSchema = z.object({
  type: z.string().regex(/^[a-z_]+\.[a-z_]+$/, 'must be a noun.verb'),
  actor: name,
  run: name.nullable(),
  session: name.nullish(),
  team: name.nullish(),
});

/**
 * Checks a new record and writes its body as canonical JSON.
 *
 * @throws ClawholdError `input_not_canonical` when the body cannot be written exactly, ZodError when a name is malformed:
 *   both are mistakes of the caller.
 */
export function prepareRecord(record: NewRecord): PreparedRecord {
  const { type, actor, run, session, team } = newRecordSchema.parse(record);
  return { type, actor, run, session: session ?? null, team: team ?? null, body: canonicalize(record.body) };
}

/**
 * The line that stands for a record: canonical JSON with every field, so that its hash covers every column that is
 * stored. The leaf of a record is the hash of this line; an export consists of these lines.
 *
 * Written by hand because it is the hot path; a test holds it equal to `canonicalize`. The caller vouches that `body` is
 * JSON by itself, as otherwise it could forge the fields after it.
 */
export function recordLine(record: StoredRecord): string {
  return (
    `{"actor":${quote(record.actor)},"body":${record.body},"run":${quoteOrNull(record.run)},` +
    `"sequence":${record.sequence},"session":${quoteOrNull(record.session)},"team":${quoteOrNull(record.team)},` +
    `"time":${quote(record.time)},"type":${quote(record.type)}}`
  );
}

function quote(text: string): string {
  return JSON.stringify(text);
}

function quoteOrNull(text: string | null): string {
  return text === null ? 'null' : quote(text);
}

const lineSchema: z.ZodType<ReadRecord> = z.strictObject({
  actor: z.string(),
  body: z.unknown(),
  run: z.string().nullable(),
  sequence: z.number().int(),
  session: z.string().nullable(),
  team: z.string().nullable(),
  time: z.string(),
  type: z.string(),
});

/** A record as a reader of an export sees it. */
export interface ReadRecord extends Omit<StoredRecord, 'body'> {
  /** The body as JSON; `unknown`, because an altered export may hold anything here. */
  readonly body: unknown;
}

/** Reads a line of an export; undefined when it is not a record. */
export function parseRecordLine(line: string): ReadRecord | undefined {
  try {
    return lineSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

/** The line that a record would have at another place: how the verifier recognises a record that was moved. */
export function lineAt(record: ReadRecord, sequence: number): string {
  return canonicalize({ ...record, sequence });
}
