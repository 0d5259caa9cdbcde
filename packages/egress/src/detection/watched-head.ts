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
  const found = look(values, joinedParts(head));
  if (found === undefined) return undefined;
  for (const [place, text] of partsOf(head)) {
    const inPart = look(values, [text]);
    if (inPart !== undefined) return { found: inPart, place };
  }
  return { found, place: 'several parts together' };
}

/** One stream for all ways to join them; what separates them is part of no value. */
function joinedParts({ target, fields }: Head): readonly string[] {
  const query = target.query.split('&').map((pair) => pair.slice(pair.indexOf('=') + 1));
  const sorted = fields.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return [
    ...partsOf({ target, fields }).flatMap(([, text]) => [text, separator]),
    target.host.replaceAll('.', ''),
    separator,
    ...query,
    separator,
    ...fields.map(content),
    separator,
    ...sorted.map(content),
  ];
}

const separator = '\u0001';

function partsOf({ target, fields }: Head): readonly (readonly [place: string, text: string])[] {
  return [
    ['the host', target.host],
    ['the path', target.path],
    ['the query', target.query],
    // With its name, which can carry as much.
    ...fields.map(({ name, value }) => [`the header ${name.slice(0, 40)}`, `${name}${separator}${value}`] as const),
  ];
}

function content({ value }: Field): string {
  return value;
}

function look(values: ExactValues, texts: readonly string[]): Found | undefined {
  const detector = values.detector();
  return [...detector.feed(Buffer.from(texts.join(''), 'latin1')), ...detector.end()][0];
}
