import { keysOf } from './tokens.ts';

/** Requests longer than this are not compared piece by piece with their answers. */
const comparedLength = 8_192;
/** A shorter piece of an argument inside a token is chance. */
const telling = 6;

/** Every string and number inside the arguments of a call, keys included. */
export function stringsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number' || typeof value === 'boolean') return [String(value)];
  if (Array.isArray(value)) return value.flatMap(stringsIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => [key, ...stringsIn(member)]);
}

/** True when a key of an answer stands in the question itself: then the answer may be repeating it, and proves nothing. */
export function exactEcho(strings: readonly string[]): (key: string) => boolean {
  const asked = new Set(strings.flatMap((text) => [...keysOf(text)]));
  return (key) => asked.has(key);
}

/**
 * The same for a server, which may also cut what it repeats, or put something before it. Undefined when the question is
 * too long to compare.
 */
export function looseEcho(strings: readonly string[]): ((key: string) => boolean) | undefined {
  const asked = compact(strings.join('\n'));
  if (asked.length > comparedLength) return undefined;
  const pieces = new Set(
    strings.flatMap((text) => [...keysOf(text)].map(bodyOf)).filter((piece) => piece.length >= telling),
  );
  return (key) => {
    const body = bodyOf(key);
    if (asked.includes(body)) return true;
    for (const piece of pieces) if (body.includes(piece)) return true;
    return false;
  };
}

function bodyOf(key: string): string {
  return compact(key.slice(key.indexOf(' ') + 1));
}

function compact(text: string): string {
  return text.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '');
}
