import { readDestinations, type UnreadableCode } from '@clawhold/policy';
import type { Label, Parameter } from '@clawhold/spec';
import { type Fault, fault } from '../wire/fault.ts';
import { type Field, fieldValue } from '../wire/field.ts';

/** The part of a value that reasons show and the ledger keeps. The label is that of the whole. */
const shownCharacters = 200;

/** What a request says about where things go. */
export interface Inspected {
  readonly query: string;
  readonly fields: readonly Field[];
  /** Undefined when no pointer needs it. */
  readonly body: Buffer | undefined;
}

/** Takes the values that the policy calls destinations out of a request; a fault when that cannot be done for sure. */
export function destinationParameters(
  pointers: readonly string[],
  { query, fields, body }: Inspected,
  labelOf: (value: string) => Label,
): readonly Parameter[] | Fault {
  const read = readDestinations(pointers, {
    query,
    contentType: fieldValue(fields, 'content-type') ?? '',
    contentEncoding: fieldValue(fields, 'content-encoding'),
    body: body ?? Buffer.alloc(0),
  });
  if (read.kind === 'refused') return fault(read.code, read.reason, statuses[read.code]);
  return read.values.map(({ name, value }) => ({
    name,
    role: 'destination',
    value: value.slice(0, shownCharacters),
    label: labelOf(value),
  }));
}

const statuses: Readonly<Record<UnreadableCode, number>> = {
  repeated_query: 400,
  body_type: 415,
  body_encoding: 415,
  unreadable_body: 415,
  too_many_values: 413,
};
