import { compiledGlobs, type Delimiter, type Glob } from './glob.ts';
import { hashedLength, prefixHash } from './text-reading.ts';

export interface PatternEntry<Value> {
  readonly glob: Glob;
  readonly value: Value;
}

/** The entries of a pattern that was found to be right when its document was loaded. */
export function compiledEntries<Value>(
  pattern: string,
  delimiter: Delimiter,
  value: Value,
): readonly PatternEntry<Value>[] {
  return compiledGlobs(pattern, delimiter).map((glob) => ({ glob, value }));
}

/** Takes each value that is found; a list does. */
export interface Finds<Value> {
  push(value: Value): unknown;
}

/** One of the sets in {@link PatternSets}: where its rows begin, and in the lowest bits how many there are. */
export type PatternSet = number & { readonly set: unique symbol };

interface LargeSet {
  readonly start: number;
  readonly end: number;
  /** The rows of each hash. */
  readonly byHash: ReadonlyMap<number, readonly number[]>;
  /** Of all prefixes, each once. */
  readonly lengths: readonly number[];
}

const countBits = 5;
const large = 2 ** countBits - 1;
/** Up to this many patterns their hashes stand in a row, which is read faster than any table. */
const scanLimit = 16;

/**
 * Many sets of patterns side by side. Finds the values whose pattern matches a text, by a hash of the characters before
 * the first wildcard: thousands of patterns cost no more than the few that begin like the text. A large policy does not
 * fit a processor's cache, so what counts is how little of it is touched, and how near that is to each other: the hashes
 * of one set in a row, and then only what is found.
 */
export class PatternSets<Value> {
  #hashes = new Int32Array(64);
  /** Of each row its pattern, or a string when that has no wildcard, and behind it its value. */
  readonly #rows: (Glob | string | Value)[] = [];
  #count = 0;
  readonly #large: LargeSet[] = [];

  add(entries: readonly PatternEntry<Value>[]): PatternSet {
    const start = this.#count;
    for (const entry of entries) this.#push(entry);
    const isLarge = entries.length > scanLimit;
    const place = isLarge ? this.#large.push(this.#tableOf(start)) - 1 : start;
    // Only here is one made.
    return ((place << countBits) | (isLarge ? large : entries.length)) as PatternSet;
  }

  /** Gives the values of all matching patterns of a set, in no order. */
  find(set: PatternSet, text: string, found: Finds<Value>): void {
    const count = set & large;
    const start = set >>> countBits;
    if (count === large) this.#findInTable(start, text, found);
    else
      for (let row = start; row < start + count; row++) {
        const hash = this.#hashes[row] ?? 0;
        const length = hashedLength(hash);
        if (length <= text.length && prefixHash(text, length) === hash) this.#addMatch(row, text, found);
      }
  }

  /** All values of a set. */
  every(set: PatternSet): readonly Value[] {
    const place = set >>> countBits;
    const isLarge = (set & large) === large;
    const { start, end } = isLarge ? (this.#large[place] ?? none) : { start: place, end: place + (set & large) };
    return Array.from({ length: end - start }, (_, row) => this.#valueOf(start + row));
  }

  #push({ glob, value }: PatternEntry<Value>): void {
    const row = this.#count++;
    this.#rows.push(glob.literal ? glob.prefix : glob, value);
    if (row === this.#hashes.length) {
      const longer = new Int32Array(2 * row);
      longer.set(this.#hashes);
      this.#hashes = longer;
    }
    this.#hashes[row] = prefixHash(glob.prefix, glob.prefix.length);
  }

  #tableOf(start: number): LargeSet {
    const byHash = new Map<number, number[]>();
    const lengths = new Set<number>();
    for (let row = start; row < this.#count; row++) {
      const hash = this.#hashes[row] ?? 0;
      lengths.add(hashedLength(hash));
      const rows = byHash.get(hash);
      if (rows === undefined) byHash.set(hash, [row]);
      else rows.push(row);
    }
    return { start, end: this.#count, byHash, lengths: [...lengths] };
  }

  #findInTable(place: number, text: string, found: Finds<Value>): void {
    const { byHash, lengths } = this.#large[place] ?? none;
    for (const length of lengths) {
      if (length > text.length) continue;
      for (const row of byHash.get(prefixHash(text, length)) ?? none.lengths) this.#addMatch(row, text, found);
    }
  }

  #addMatch(row: number, text: string, found: Finds<Value>): void {
    // A row begins with its pattern.
    const pattern = this.#rows[2 * row] as Glob | string;
    if (typeof pattern === 'string' ? pattern === text : pattern.matches(text)) found.push(this.#valueOf(row));
  }

  #valueOf(row: number): Value {
    // A row ends with its value.
    return this.#rows[2 * row + 1] as Value;
  }
}

const none: LargeSet = Object.freeze({ start: 0, end: 0, byHash: new Map(), lengths: [] });
