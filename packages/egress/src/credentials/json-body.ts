import { parseStrictJson } from '@clawhold/policy';
import { findPlaceholders } from './placeholder.ts';
import { type Sighting, sightingsIn } from './sighting.ts';

/**
 * Where placeholders stand in a JSON text, `kind` being the word before the pointer of the place. A text that two readers
 * could read differently, or in which a placeholder is written with escapes, offers no place.
 */
export function jsonSightings(bytes: Buffer, kind: 'json' | 'websocket'): readonly Sighting[] {
  const raw = sightingsIn(bytes.toString('utf8'), undefined);
  const parsed = parseStrictJson(bytes);
  if (parsed.kind === 'refused') return raw;
  const found: Sighting[] = [];
  walk(parsed.value, '', kind, found);
  return found.length === raw.length ? found : [...found.map((one) => ({ ...one, place: undefined })), ...raw];
}

function walk(value: unknown, pointer: string, kind: string, found: Sighting[]): void {
  if (typeof value === 'string') found.push(...sightingsIn(value, `${kind}:${pointer}`));
  else if (typeof value === 'object' && value !== null)
    for (const [key, inner] of Object.entries(value)) {
      if (findPlaceholders(key).length > 0) found.push(...sightingsIn(key, undefined));
      walk(inner, `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`, kind, found);
    }
}

/**
 * Writes texts in place of placeholders, escaped as the inside of a JSON string, which is where each of them stands: no text
 * can end that string. Numbers, spaces and order stay as the client wrote them.
 */
export function fillJson(text: string, texts: ReadonlyMap<string, string>): string {
  let filled = text;
  for (const [placeholder, value] of texts)
    filled = filled.replaceAll(placeholder, () => JSON.stringify(value).slice(1, -1));
  return filled;
}
