import { compiledGlobs, type Delimiter, type Glob } from './glob.ts';
import { Integers } from './integers.ts';
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

/** One of the sets in {@link PatternSets}: where it stands, and in the lowest bits how many patterns it has. */
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
 * the first wildcard: thousands of patterns cost no more than the few that begin like the text. The hashes of one set
 * stand in a row, behind the number of its first row; only what is found by them is touched besides.
 */
export class PatternSets<Value> {
  readonly #integers: Integers;
  /** Of each row its pattern, or a string when that has no wildcard, and behind it its value. */
  readonly #rows: (Glob | string | Value)[] = [];
  readonly #large: LargeSet[] = [];

  /** @param integers where the sets are written; others may write there too. */
  constructor(integers: Integers = new Integers()) {
    this.#integers = integers;
  }

  add(entries: readonly PatternEntry<Value>[]): PatternSet {
    if (entries.length === 0) return empty;
    const hashes = entries.map(({ glob: { prefix } }) => prefixHash(prefix, prefix.length));
    const row = this.#rows.length / 2;
    for (const { glob, value } of entries) this.#rows.push(glob.literal ? glob.prefix : glob, value);
    const isLarge = entries.length > scanLimit;
    const place = isLarge ? this.#large.push(tableOf(row, hashes)) - 1 : this.#integers.push(row, ...hashes);
    return ((place << countBits) | (isLarge ? large : entries.length)) as PatternSet; // only here is one made
  }

  /** Gives the values of all matching patterns of a set, in no order. */
  find(set: PatternSet, text: string, found: Finds<Value>): void {
    const count = set & large;
    if (count === 0) return;
    const place = set >>> countBits;
    if (count === large) {
      this.#findInTable(place, text, found);
      return;
    }
    for (let index = 0; index < count; index++) {
      const hash = this.#integers.at(place + 1 + index);
      const length = hashedLength(hash);
      if (length <= text.length && prefixHash(text, length) === hash)
        this.#addMatch(this.#integers.at(place) + index, text, found);
    }
  }

  /** All values of a set. */
  every(set: PatternSet): readonly Value[] {
    const place = set >>> countBits;
    const count = set & large;
    const { start, end } =
      count === large
        ? (this.#large[place] ?? none)
        : { start: this.#integers.at(place), end: this.#integers.at(place) + count };
    return Array.from({ length: end - start }, (_, row) => this.#valueOf(start + row));
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

function tableOf(start: number, hashes: readonly number[]): LargeSet {
  const rows = hashes.map((hash, index) => ({ hash, row: start + index }));
  const byHash = Map.groupBy(rows, ({ hash }) => hash);
  return {
    start,
    end: start + hashes.length,
    byHash: new Map([...byHash].map(([hash, same]) => [hash, same.map(({ row }) => row)])),
    lengths: [...new Set(hashes.map(hashedLength))],
  };
}

const empty = 0 as PatternSet; // a set that counts nothing
const none: LargeSet = Object.freeze({ start: 0, end: 0, byHash: new Map(), lengths: [] });
