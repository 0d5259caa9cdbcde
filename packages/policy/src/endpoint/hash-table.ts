/**
 * Finds a number by a hash of 32 bits. Both stand side by side in one list with free places between, so that a look-up
 * touches one place of it where a `Map` touches several.
 */
export class HashTable {
  /** In pairs; the number of a free place is 0. */
  readonly #slots: Int32Array;
  readonly #mask: number;

  /** @param most how many hashes it will hold. */
  constructor(most: number) {
    const size = 2 ** Math.ceil(Math.log2(2 * Math.max(most, 1)));
    this.#mask = size - 1;
    this.#slots = new Int32Array(2 * size);
  }

  /** 0 when there is none. */
  get(hash: number): number {
    return this.#slots[2 * this.#slotOf(hash) + 1] ?? 0;
  }

  /** @param value not 0. */
  set(hash: number, value: number): void {
    const at = this.#slotOf(hash);
    this.#slots[2 * at] = hash;
    this.#slots[2 * at + 1] = value;
  }

  /** Where a hash stands, or may. */
  #slotOf(hash: number): number {
    let at = (hash ^ (hash >>> 15)) & this.#mask;
    while (this.#slots[2 * at] !== hash && this.#slots[2 * at + 1] !== 0) at = (at + 1) & this.#mask;
    return at;
  }
}
