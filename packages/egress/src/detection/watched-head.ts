import { Buffer } from 'node:buffer';
import type { ExactValues, Found, Piece } from '@clawhold/detect';
import type { Identity } from '../hooks.ts';
import type { Incoming } from '../proxy/incoming.ts';
import type { Target } from '../target/target.ts';
import type { Field } from '../wire/field.ts';

/** A value that was found in what stands before the body. */
export interface HeadFinding {
  readonly found: Found;
  readonly place: string;
}

type Head = Pick<Incoming, 'identity' | 'target' | 'fields'>;

/** What is in one part of a head: a value, or pieces of some. */
interface Reading {
  readonly found: Found | undefined;
  readonly pieces: readonly Piece[];
}

/** Of each connection the fields that were read last: the requests of one repeat theirs (`wire/head-reader.ts`). */
const lastRead = new WeakMap<Identity, { values: ExactValues; fields: readonly Field[]; reading: Reading }>();

/**
 * Looks through host, path, query and fields, each for itself and joined: a value that was cut in small pieces over labels
 * of the host, values of the query or fields comes together again, in the order as sent and in that of the fields' names.
 * Pieces of a quarter and more are put together wherever in the head they stand.
 */
export function findInHead(values: ExactValues, head: Head): HeadFinding | undefined {
  const target = read(values, written(head.target), joinedTarget(head.target));
  const fields = readFields(values, head);
  const found = target.found ?? fields.found ?? assembled(values, target.pieces, fields.pieces);
  if (found === undefined) return undefined;
  for (const [place, text] of partsOf(head)) {
    const inPart = look(values, text);
    if (inPart !== undefined) return { found: inPart, place };
  }
  return { found, place: 'several parts together' };
}

function assembled(values: ExactValues, ...pieces: readonly (readonly Piece[])[]): Found | undefined {
  return pieces.every(({ length }) => length === 0) ? undefined : values.assembled(pieces.flat());
}

function readFields(values: ExactValues, { identity, fields }: Head): Reading {
  const last = lastRead.get(identity);
  if (last?.fields === fields && last.values === values) return last.reading;
  const text = fields.map(({ name, value }) => name + separator + value + separator).join('');
  const reading = read(values, text, joinedFields(fields));
  if (last === undefined) lastRead.set(identity, { values, fields, reading });
  else Object.assign(last, { values, fields, reading });
  return reading;
}

/** @param joined what is there for the sake of values in small pieces, behind the text itself. */
function read(values: ExactValues, text: string, joined: string): Reading {
  const bytes = Buffer.from(text + separator + joined, 'latin1');
  return { found: values.find(bytes), pieces: values.piecesIn(bytes.subarray(0, text.length)) };
}

function written({ host, path, query }: Target): string {
  return query === '' ? host + separator + path : host + separator + path + separator + query;
}

/** The parts of the address that hold what was cut in small pieces, without what stands between the pieces. */
function joinedTarget({ query }: Target): string {
  return query === '' ? '' : withoutKeys(query);
}

/** The same of the fields. */
function joinedFields(fields: readonly Field[]): string {
  const text = contents(fields);
  return areSorted(fields) ? text : text + separator + contents(fields.toSorted(byName));
}

const separator = '\u0001';

function withoutKeys(query: string): string {
  return query
    .split('&')
    .map((pair) => pair.slice(pair.indexOf('=') + 1))
    .join('');
}

function contents(fields: readonly Field[]): string {
  let text = '';
  for (const { value } of fields) text += value;
  return text;
}

function byName(a: Field, b: Field): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

function areSorted(fields: readonly Field[]): boolean {
  return fields.every((field, index) => index === 0 || byName(fields[index - 1] ?? field, field) <= 0);
}

function partsOf({ target, fields }: Head): readonly (readonly [place: string, text: string])[] {
  return [
    ['the host', target.host],
    ['the path', target.path],
    ['the query', target.query],
    // With its name, which can carry as much.
    ...fields.map(({ name, value }) => [`the header ${name.slice(0, 40)}`, `${name}${separator}${value}`] as const),
  ];
}

function look(values: ExactValues, text: string): Found | undefined {
  return values.find(Buffer.from(text, 'latin1'));
}
