import { Buffer } from 'node:buffer';
import type { ExactValues, Found } from '@clawhold/detect';
import type { Incoming } from '../proxy/incoming.ts';
import type { Field } from '../wire/field.ts';

/** A value that was found in what stands before the body. */
export interface HeadFinding {
  readonly found: Found;
  readonly place: string;
}

type Head = Pick<Incoming, 'target' | 'fields'>;

/**
 * Looks through host, path, query and fields, each for itself and joined: a value that was cut in pieces over labels of
 * the host, values of the query or fields comes together again, in the order as sent and in that of the fields' names.
 */
export function findInHead(values: ExactValues, head: Head): HeadFinding | undefined {
  const found = look(values, joined(head));
  if (found === undefined) return undefined;
  for (const [place, text] of partsOf(head)) {
    const inPart = look(values, text);
    if (inPart !== undefined) return { found: inPart, place };
  }
  return { found, place: 'several parts together' };
}

/** One text for all ways to join them; what separates them is part of no value. */
function joined({ target, fields }: Head): string {
  const { host, path, query } = target;
  let text = host + separator + host.replaceAll('.', '') + separator + path + separator;
  if (query !== '') text += query + separator + withoutKeys(query) + separator;
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
