import type { Buffer } from 'node:buffer';
import type { Known } from './exact-values.ts';
import { normalForm } from './normal-form.ts';
import { spellingsOf } from './spellings.ts';
import { first, hashOf, windowBytes } from './window.ts';

/** One spelling of one value, in normal form. */
export interface Pattern {
  readonly bytes: Uint8Array;
  readonly known: Known;
}

/** All spellings of all values, to be looked up by the hash of their last bytes. */
export interface PatternTable {
  /** Whether any pattern has these 12 bits: nearly every window of any text has not. */
  readonly candidates: Uint8Array;
  readonly byHash: ReadonlyMap<number, readonly Pattern[]>;
  readonly longest: number;
}

export function createPatternTable(values: readonly Known[]): PatternTable {
  const candidates = new Uint8Array(4_096);
  const byHash = new Map<number, Pattern[]>();
  let longest = 0;
  for (const known of values)
    for (const bytes of distinct(spellingsOf(known.value))) {
      // Hardly a letter or digit is in it (of some bytes base64 makes signs): it could not be told from chance.
      if (bytes.length < windowBytes) continue;
      const hash = hashOf(bytes.subarray(-windowBytes));
      const beside = byHash.get(hash) ?? [];
      beside.push({ bytes, known });
      byHash.set(hash, beside);
      candidates[first(hash)] = 1;
      longest = Math.max(longest, bytes.length);
    }
  return { candidates, byHash, longest };
}

function distinct(spellings: readonly Buffer[]): Iterable<Uint8Array> {
  const known = new Map<string, Uint8Array>();
  for (const spelling of spellings) {
    const bytes = normalForm(spelling);
    known.set(bytes.join(), bytes);
  }
  return known.values();
}
