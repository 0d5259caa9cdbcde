import type { Glob } from './glob.ts';

interface Entry<Value> {
  readonly glob: Glob;
  readonly value: Value;
}

/** Up to this many patterns a plain scan beats every index. */
const scanLimit = 4;

/**
 * Finds the values whose pattern matches a text. Patterns without wildcard are found by their text, the others by the
 * whole segments before their first wildcard, so that thousands of rules cost no more than the few that share a prefix
 * with the question.
 */
export class TextIndex<Value> {
  readonly #separator: '/' | '.';
  readonly #few: Entry<Value>[] = [];
  readonly #exact = new Map<string, Value[]>();
  readonly #folders = new Map<string, Entry<Value>[]>();
  readonly #folderLengths: number[] = [];

  /** @param separator what ends a segment; it decides speed only, never what matches. */
  constructor(separator: '/' | '.') {
    this.#separator = separator;
  }

  add(glob: Glob, value: Value): void {
    if (this.#few.length < scanLimit) {
      this.#few.push({ glob, value });
      return;
    }
    if (glob.literal) {
      const values = this.#exact.get(glob.prefix);
      if (values === undefined) this.#exact.set(glob.prefix, [value]);
      else values.push(value);
      return;
    }
    const folder = glob.prefix.slice(0, glob.prefix.lastIndexOf(this.#separator) + 1);
    const entries = this.#folders.get(folder);
    if (entries === undefined) this.#folders.set(folder, [{ glob, value }]);
    else entries.push({ glob, value });
    if (!this.#folderLengths.includes(folder.length)) this.#folderLengths.push(folder.length);
  }

  visit(text: string, visit: (value: Value) => void): void {
    for (const entry of this.#few) if (entry.glob.matches(text)) visit(entry.value);
    const exact = this.#exact.get(text);
    if (exact !== undefined) for (const value of exact) visit(value);
    for (const length of this.#folderLengths) {
      if (length > text.length || (length > 0 && text[length - 1] !== this.#separator)) continue;
      const entries = this.#folders.get(text.slice(0, length));
      if (entries === undefined) continue;
      for (const entry of entries) if (entry.glob.matches(text)) visit(entry.value);
    }
  }
}
