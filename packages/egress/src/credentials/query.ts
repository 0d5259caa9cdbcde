import { type Sighting, sightingsIn } from './sighting.ts';

/** One `key=value` as it stands in a query or a form (URL Standard, application/x-www-form-urlencoded). */
interface Pair {
  readonly raw: string;
  /** Decoded; null when it cannot be. */
  readonly key: string | null;
  readonly value: string | null;
}

function readPairs(text: string): readonly Pair[] {
  return text.split('&').map((raw) => {
    const equals = raw.indexOf('=');
    const [key, value] = equals === -1 ? [raw, ''] : [raw.slice(0, equals), raw.slice(equals + 1)];
    return { raw, key: decode(key), value: decode(value) };
  });
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return null;
  }
}

/** @param kind the word before the colon of the place. */
export function pairSightings(text: string, kind: 'query' | 'form'): readonly Sighting[] {
  const pairs = readPairs(text);
  return pairs.flatMap(({ raw, key, value }) => {
    // What cannot be decoded is looked at as it stands, and can be no place.
    if (key === null || value === null) return sightingsIn(raw, undefined);
    // Of two values of one key, servers take either.
    const isAlone = pairs.filter((other) => other.key === key).length === 1;
    return [...sightingsIn(key, undefined), ...sightingsIn(value, isAlone ? `${kind}:${key}` : undefined)];
  });
}

/** Writes new values for the values that are these; everything else stays byte for byte. */
export function fillPairs(text: string, texts: ReadonlyMap<string, string>): string {
  return readPairs(text)
    .map(({ raw, value }) => {
      const filled = value === null ? undefined : texts.get(value);
      return filled === undefined ? raw : `${raw.slice(0, raw.indexOf('='))}=${encodeURIComponent(filled)}`;
    })
    .join('&');
}
