import { isPartedTwoWays } from '../request/query-key.ts';

/** A query as keys with all their values, in order. */
export type Query = ReadonlyMap<string, readonly string[]>;

/**
 * Reads a query as most servers do: `&` between pairs, the first `=` ends a key, `+` is a space, percent-encoding undone
 * once. Undefined when it is not UTF-8, a `%` means nothing or a `;` may part pairs: then two servers may see two different values.
 */
export function readQuery(text: string): Query | undefined {
  const query = new Map<string, string[]>();
  if (text === '') return query;
  if (isPartedTwoWays(text)) return undefined;
  for (const pair of text.split('&')) {
    const at = pair.indexOf('=');
    const key = decode(at === -1 ? pair : pair.slice(0, at));
    const value = at === -1 ? '' : decode(pair.slice(at + 1));
    if (key === undefined || value === undefined) return undefined;
    const values = query.get(key);
    if (values === undefined) query.set(key, [value]);
    else values.push(value);
  }
  return query;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
