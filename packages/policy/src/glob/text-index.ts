import type { Glob } from './glob.ts';
import { hashedLength, prefixHash } from './prefix-hash.ts';

interface Entry<Value> {
  /** A string when the pattern has no wildcard. */
  readonly pattern: Glob | string;
  readonly value: Value;
}

/** Up to this many patterns their hashes stand in a row, which is read faster than any table. */
const scanLimit = 16;

/**
 * Finds the values whose pattern matches a text, by a hash of the characters before the first wildcard: thousands of
 * patterns cost no more than the few that begin like the text. A large policy does not fit a processor's cache, so what
 * counts is how little of it is touched: the hashes in a row, and then only what is found.
 */
export class TextIndex<Value> {
  readonly #hashes: number[] = [];
  readonly #entries: Entry<Value>[] = [];
  /** Only beyond {@link scanLimit}. */
  #byHash: Map<number, Entry<Value>[]> | null = null;
  /** Of all prefixes in `byHash`, each once. */
  #lengths: number[] | null = null;

  add(glob: Glob, value: Value): void {
    const hash = prefixHash(glob.prefix, glob.prefix.length);
    const entry = { pattern: glob.literal ? glob.prefix : glob, value };
    this.#hashes.push(hash);
    this.#entries.push(entry);
    if (this.#byHash !== null) this.#addToTable(hash, entry);
    else if (this.#entries.length > scanLimit)
      for (const [at, each] of this.#entries.entries()) this.#addToTable(this.#hashes[at] ?? 0, each);
  }

  /** Adds the values of all matching patterns to `found`, in no order. */
  find(text: string, found: Value[]): void {
    if (this.#byHash !== null) {
      this.#findInTable(text, found);
      return;
    }
    let at = 0;
    for (const hash of this.#hashes) {
      const length = hashedLength(hash);
      if (length <= text.length && prefixHash(text, length) === hash) addMatch(this.#entries[at], text, found);
      at++;
    }
  }

  /** Adds all values, and those of `others`, to `found`. */
  every(found: Value[], others: readonly Value[]): void {
    for (const { value } of this.#entries) found.push(value);
    for (const value of others) found.push(value);
  }

  #findInTable(text: string, found: Value[]): void {
    for (const length of this.#lengths ?? []) {
      if (length > text.length) continue;
      const entries = this.#byHash?.get(prefixHash(text, length));
      if (entries !== undefined) for (const entry of entries) addMatch(entry, text, found);
    }
  }

  #addToTable(hash: number, entry: Entry<Value>): void {
    this.#byHash ??= new Map();
    this.#lengths ??= [];
    const entries = this.#byHash.get(hash);
    if (entries === undefined) this.#byHash.set(hash, [entry]);
    else entries.push(entry);
    const length = hashedLength(hash);
    if (!this.#lengths.includes(length)) this.#lengths.push(length);
  }
}

function addMatch<Value>(entry: Entry<Value> | undefined, text: string, found: Value[]): void {
  if (entry === undefined) return;
  const { pattern, value } = entry;
  if (typeof pattern === 'string' ? pattern === text : pattern.matches(text)) found.push(value);
}
