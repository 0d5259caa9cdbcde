import type { Glob } from './glob.ts';

interface Entry<Value> {
  readonly glob: Glob;
  readonly value: Value;
}

/** Up to this many patterns with wildcards a plain scan beats an index. */
const scanLimit = 2;

/**
 * Finds the values whose pattern matches a text. Patterns without wildcard are found by their text, the others by the
 * whole segments before their first wildcard, so that thousands of rules cost no more than the few that share a prefix
 * with the question. A large policy does not fit a processor's cache: what is not needed is not even touched.
 */
export class TextIndex<Value> {
  readonly #separator: '/' | '.';
  readonly #few: Entry<Value>[] = [];
  #exact: Map<string, Value[]> | undefined;
  #folders: Map<string, Entry<Value>[]> | undefined;
  readonly #folderLengths: number[] = [];

  /** @param separator what ends a segment; it decides speed only, never what matches. */
  constructor(separator: '/' | '.') {
    this.#separator = separator;
  }

  add(glob: Glob, value: Value): void {
    if (glob.literal) this.#addExact(glob.prefix, value);
    else if (this.#few.length < scanLimit) this.#few.push({ glob, value });
    else this.#addFolder(glob, value);
  }

  /** Adds the values of all matching patterns to `found`, in no order. */
  find(text: string, found: Value[]): void {
    for (const { glob, value } of this.#few) if (glob.matches(text)) found.push(value);
    const exact = this.#exact?.get(text);
    if (exact !== undefined) for (const value of exact) found.push(value);
    if (this.#folders === undefined) return;
    for (const length of this.#folderLengths) {
      if (length > text.length || (length > 0 && text[length - 1] !== this.#separator)) continue;
      const entries = this.#folders.get(text.slice(0, length));
      if (entries === undefined) continue;
      for (const { glob, value } of entries) if (glob.matches(text)) found.push(value);
    }
  }

  /** Adds all values, and those of `others`, to `found`. */
  every(found: Value[], others: readonly Value[]): void {
    for (const { value } of this.#few) found.push(value);
    for (const values of this.#exact?.values() ?? []) for (const value of values) found.push(value);
    for (const entries of this.#folders?.values() ?? []) for (const { value } of entries) found.push(value);
    for (const value of others) found.push(value);
  }

  #addExact(text: string, value: Value): void {
    this.#exact ??= new Map();
    const values = this.#exact.get(text);
    if (values === undefined) this.#exact.set(text, [value]);
    else values.push(value);
  }

  #addFolder(glob: Glob, value: Value): void {
    this.#folders ??= new Map();
    const folder = glob.prefix.slice(0, glob.prefix.lastIndexOf(this.#separator) + 1);
    const entries = this.#folders.get(folder);
    if (entries === undefined) this.#folders.set(folder, [{ glob, value }]);
    else entries.push({ glob, value });
    if (!this.#folderLengths.includes(folder.length)) this.#folderLengths.push(folder.length);
  }
}
