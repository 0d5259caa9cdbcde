import { type Field, fieldValue } from '../wire/field.ts';
import { fillJson, jsonSightings } from './json-body.ts';
import { fillPairs, pairSightings } from './query.ts';
import { type Sighting, sightingsIn } from './sighting.ts';

/** What is known about how to read a body. */
type BodyForm = 'json' | 'form' | 'text' | 'other';

function formOf(fields: readonly Field[]): BodyForm {
  const encoding = fieldValue(fields, 'content-encoding');
  if (encoding !== undefined && encoding !== 'identity') return 'other';
  const [type = '', ...parameters] = (fieldValue(fields, 'content-type') ?? '').toLowerCase().split(';');
  // In another charset the same bytes are other characters.
  const charset = parameters.map((one) => one.trim()).find((one) => one.startsWith('charset='));
  if (charset !== undefined && !/^charset="?utf-8"?$/.test(charset)) return 'other';
  if (/^application\/(?:[\w.-]+\+)?json$/.test(type.trim())) return 'json';
  if (type.trim() === 'application/x-www-form-urlencoded') return 'form';
  return type.trim() === 'text/plain' ? 'text' : 'other';
}

/** Where placeholders stand in a body that was read as a whole. */
export function bodySightings(body: Buffer, fields: readonly Field[]): readonly Sighting[] {
  const text = body.toString('utf8');
  switch (formOf(fields)) {
    case 'json':
      return jsonSightings(body, 'json');
    case 'form':
      return pairSightings(text, 'form');
    case 'text':
      return sightingsIn(text, 'text');
    case 'other':
      return sightingsIn(text, undefined);
  }
}

/** Writes the texts in place of their placeholders, in the body's own syntax. */
export function fillBody(body: Buffer, fields: readonly Field[], texts: ReadonlyMap<string, string>): Buffer {
  const text = body.toString('utf8');
  switch (formOf(fields)) {
    case 'json':
      return Buffer.from(fillJson(text, texts));
    case 'form':
      return Buffer.from(fillPairs(text, texts));
    case 'text':
      return Buffer.from(fillText(text, texts));
    case 'other':
      return body;
  }
}

/** The same in a text without a syntax. */
export function fillText(text: string, texts: ReadonlyMap<string, string>): string {
  return [...texts].reduce((filled, [from, to]) => filled.replaceAll(from, () => to), text);
}
