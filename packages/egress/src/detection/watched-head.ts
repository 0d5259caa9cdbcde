import { Buffer } from 'node:buffer';
import type { ExactValues, Found } from '@clawhold/detect';
import type { Identity } from '../hooks.ts';
import type { Incoming } from '../proxy/incoming.ts';
import type { Field } from '../wire/field.ts';

/** A value that was found in what stands before the body. */
export interface HeadFinding {
  readonly found: Found;
  readonly place: string;
}

type Head = Pick<Incoming, 'identity' | 'target' | 'fields'>;

/** Of each connection the fields in which nothing was found last: the requests of one repeat theirs (`wire/head-reader.ts`). */
const lookedThrough = new WeakMap<Identity, { values: ExactValues; fields: readonly Field[] }>();

/**
 * Looks through host, path, query and fields, each for itself and joined: a value that was cut in pieces over labels of
 * the host, values of the query or fields comes together again, in the order as sent and in that of the fields' names.
 */
export function findInHead(values: ExactValues, head: Head): HeadFinding | undefined {
  const found = look(values, joinedTarget(head)) ?? findInFields(values, head);
  if (found === undefined) return undefined;
  for (const [place, text] of partsOf(head)) {
    const inPart = look(values, text);
    if (inPart !== undefined) return { found: inPart, place };
  }
  return { found, place: 'several parts together' };
}

function findInFields(values: ExactValues, { identity, fields }: Head): Found | undefined {
  const last = lookedThrough.get(identity);
  if (last?.fields === fields && last.values === values) return undefined;
  const found = look(values, joinedFields(fields));
  if (found !== undefined) return found;
  if (last === undefined) lookedThrough.set(identity, { values, fields });
  else Object.assign(last, { values, fields });
  return undefined;
}

/** One text for all ways to join what stands in the address; what separates them is part of no value. */
function joinedTarget({ target: { host, path, query } }: Head): string {
  const text = host + separator + host.replaceAll('.', '') + separator + path;
  return query === '' ? text : text + separator + query + separator + withoutKeys(query);
}

/** The same of the fields. */
function joinedFields(fields: readonly Field[]): string {
  let text = '';
  for (const { name, value } of fields) text += name + separator + value + separator;
  text += contents(fields);
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
