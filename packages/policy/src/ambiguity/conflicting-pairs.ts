import type { Delimiter } from '../glob/glob.ts';
import { globsMeet } from './globs-meet.ts';

/** A pattern without alternatives, what it stands for, and what it must agree on with every pattern that it can meet. */
export interface Signed<Value> {
  readonly pattern: string;
  readonly signature: string;
  readonly value: Value;
}

/**
 * Finds patterns that can match the same text and have different signatures. Two can only meet when what the one spells
 * out before its first wildcard begins what the other does, so each is compared with those few, not with all.
 *
 * @param most so many pairs are enough.
 */
export function conflictingPairs<Value>(
  all: readonly Signed<Value>[],
  delimiter: Exclude<Delimiter, null>,
  most: number,
): readonly (readonly [Value, Value])[] {
  if (new Set(all.map(({ signature }) => signature)).size < 2) return [];
  const pairs: (readonly [Value, Value])[] = [];
  const byPrefix = new Map<string, Map<string, Signed<Value>[]>>();
  const shortFirst = all
    .map((signed) => ({ signed, prefix: /^[^*?]*/.exec(signed.pattern)?.[0] ?? '' }))
    .toSorted((a, b) => a.prefix.length - b.prefix.length);
  for (const { signed, prefix } of shortFirst) {
    const other = firstConflict(byPrefix, signed, prefix, delimiter);
    if (other !== undefined) pairs.push([other.value, signed.value]);
    if (pairs.length >= most) return pairs;
    const bySignature = byPrefix.get(prefix) ?? new Map<string, Signed<Value>[]>();
    byPrefix.set(prefix, bySignature);
    const same = bySignature.get(signed.signature);
    if (same === undefined) bySignature.set(signed.signature, [signed]);
    else same.push(signed);
  }
  return pairs;
}

function firstConflict<Value>(
  byPrefix: ReadonlyMap<string, ReadonlyMap<string, readonly Signed<Value>[]>>,
  signed: Signed<Value>,
  prefix: string,
  delimiter: Exclude<Delimiter, null>,
): Signed<Value> | undefined {
  for (let length = 0; length <= prefix.length; length++)
    for (const [signature, others] of byPrefix.get(prefix.slice(0, length)) ?? []) {
      if (signature === signed.signature) continue;
      const other = others.find(({ pattern }) => globsMeet(pattern, signed.pattern, delimiter));
      if (other !== undefined) return other;
    }
  return undefined;
}
