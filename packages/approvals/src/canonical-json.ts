export type CanonicalResult =
  | { readonly kind: 'ok'; readonly text: string }
  | { readonly kind: 'refused'; readonly reason: string };

/** Deeper values are refused instead of ending the stack. */
const maximumDepth = 128;

/**
 * Writes a value by the JSON Canonicalization Scheme (RFC 8785): members sorted by the UTF-16 units of their keys, no
 * spaces, numbers and strings as ECMAScript writes them. Text is not normalised: two spellings of one word are two
 * actions. Refused is what has no JSON: lone surrogates, numbers that are not finite, undefined, functions, cycles.
 */
export function canonicalJson(value: unknown): CanonicalResult {
  const written = write(value, 0);
  return typeof written === 'string' ? { kind: 'ok', text: written } : { kind: 'refused', reason: written.reason };
}

type Written = string | { readonly reason: string };

function write(value: unknown, depth: number): Written {
  if (depth > maximumDepth) return { reason: 'The value is nested too deep.' };
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number')
    return Number.isFinite(value) ? JSON.stringify(value) : { reason: 'A number is not finite.' };
  if (typeof value === 'string')
    return value.isWellFormed()
      ? JSON.stringify(value)
      : { reason: 'A text holds half a character (a lone surrogate).' };
  if (Array.isArray(value))
    return wrap(
      '[',
      ']',
      value.map((member: unknown) => write(member, depth + 1)),
    );
  if (typeof value !== 'object') return { reason: `A value of type ${typeof value} has no JSON.` };
  const members = Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]): Written => {
      const name = write(key, depth);
      const inner = write(member, depth + 1);
      if (typeof name !== 'string') return name;
      return typeof inner === 'string' ? `${name}:${inner}` : inner;
    });
  return wrap('{', '}', members);
}

function wrap(open: string, close: string, parts: readonly Written[]): Written {
  const texts: string[] = [];
  for (const part of parts) {
    if (typeof part !== 'string') return part;
    texts.push(part);
  }
  return `${open}${texts.join(',')}${close}`;
}
