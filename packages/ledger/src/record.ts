import { ClawholdError } from '@clawhold/spec';
import { z } from 'zod';
import { canonicalize, quote } from './canonical.ts';

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

const eventName = /^[a-z_]+\.[a-z_]+$/;

/** The longest name of an actor, a run, a session or a team, in UTF-16 units. */
const longestName = 200;

/**
 * Checks a new record and writes its body as canonical JSON. Written by hand, as every record passes here.
 *
 * @throws ClawholdError `input_not_canonical` when the body cannot be written exactly, `input_not_recordable` when a name
 *   is malformed: both are mistakes of the caller.
 */
export function prepareRecord(record: NewRecord): PreparedRecord {
  if (!eventName.test(record.type)) throw notRecordable('type', 'is no noun.verb');
  return {
    type: record.type,
    actor: checkedName('actor', record.actor),
    run: nameOrNull('run', record.run),
    session: nameOrNull('session', record.session),
    team: nameOrNull('team', record.team),
    body: canonicalize(record.body),
  };
}

function nameOrNull(field: string, name: string | null | undefined): string | null {
  return name === null || name === undefined ? null : checkedName(field, name);
}

function checkedName(field: string, name: string): string {
  if (name === '') throw notRecordable(field, 'is empty');
  if (name.length > longestName) throw notRecordable(field, `is longer than ${longestName} characters`);
  // Control characters would let a name break a line of an export or of a terminal.
  if (!name.isWellFormed() || /\p{Cc}/u.test(name))
    throw notRecordable(field, 'holds control characters or half a surrogate pair');
  return name;
}

function notRecordable(field: string, why: string): ClawholdError {
  return new ClawholdError('input_not_recordable', `This event cannot be recorded: its ${field} ${why}.`, {
    hint: 'Name events noun.verb, and actors and runs with ordinary text.',
  });
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
