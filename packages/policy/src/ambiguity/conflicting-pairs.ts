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
 * out before its first wildcard begins what the other does, so each is compared with those few, not with all; or the
 * same with their ends, when those tell more of them apart.
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
  const shortFirst = moreDistinct(all.map(begun), all.map(ended)).toSorted((a, b) => a.prefix.length - b.prefix.length);
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

interface Begun<Value> {
  readonly signed: Signed<Value>;
  readonly prefix: string;
}

function begun<Value>(signed: Signed<Value>): Begun<Value> {
  return { signed, prefix: /^[^*?]*/.exec(signed.pattern)?.[0] ?? '' };
}

/** Read backwards, two patterns meet exactly when they do forwards. */
function ended<Value>({ pattern, ...rest }: Signed<Value>): Begun<Value> {
  return begun({ ...rest, pattern: [...pattern].toReversed().join('') });
}

function moreDistinct<Value>(one: readonly Begun<Value>[], other: readonly Begun<Value>[]): readonly Begun<Value>[] {
  const count = (all: readonly Begun<Value>[]): number => new Set(all.map(({ prefix }) => prefix)).size;
  return count(other) > count(one) ? other : one;
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
