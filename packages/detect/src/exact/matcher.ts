import { normalByte } from './normal-form.ts';
import type { Pattern, PatternTable } from './pattern-table.ts';
import { first, moved, windowBytes } from './window.ts';

/** Compares a stream with the spellings of known values, byte by byte. */
export class Matcher {
  readonly #table: PatternTable;
  /** The last bytes in normal form, round and round. */
  readonly #recent: Uint8Array;
  #position = 0;
  #hash = 0;

  constructor(table: PatternTable) {
    this.#table = table;
    this.#recent = new Uint8Array(2 ** Math.ceil(Math.log2(table.longest + 1)));
  }

  /** As if it had seen nothing. */
  begin(): void {
    this.#recent.fill(0);
    this.#position = 0;
    this.#hash = 0;
  }

  /** One that has seen the same and goes its own way from here. */
  fork(): Matcher {
    const fork = new Matcher(this.#table);
    fork.#recent.set(this.#recent);
    fork.#position = this.#position;
    fork.#hash = this.#hash;
    return fork;
  }

  feed(bytes: Uint8Array, onMatch: (pattern: Pattern) => void): void {
    const recent = this.#recent;
    const { candidates } = this.#table;
    const mask = recent.length - 1;
    let position = this.#position;
    let hash = this.#hash;
    for (let index = 0; index < bytes.length; index++) {
      // Both indexes are within their arrays: `index` by the loop, the other by the mask.
      const byte = normalByte(bytes[index] as number);
      if (byte === 0) continue;
      hash = moved(hash, byte, recent[(position - windowBytes) & mask] as number);
      recent[position & mask] = byte;
      position++;
      if (candidates[first(hash)] === 1) this.#compare(hash, position, onMatch);
    }
    this.#position = position;
    this.#hash = hash;
  }

  /** Backwards from the last byte: what differs does so soon, and what does not was found. */
  #compare(hash: number, position: number, onMatch: (pattern: Pattern) => void): void {
    for (const pattern of this.#table.byHash.get(hash) ?? []) {
      const { bytes } = pattern;
      const mask = this.#recent.length - 1;
      let same = 0;
      while (same < bytes.length && this.#recent[(position - 1 - same) & mask] === bytes[bytes.length - 1 - same])
        same++;
      if (same === bytes.length) onMatch(pattern);
    }
  }
}
