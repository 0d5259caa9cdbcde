/**
 * What is found by a hash of 32 bits. Hash and value stand side by side in one list, with free places between: of a large
 * policy, which does not fit a processor's cache, a look-up touches one place where a `Map` has several.
 */
export class HashTable<Value extends object> {
  /** In pairs; a free place is null and null. */
  readonly #slots: (number | Value | null)[];
  readonly #mask: number;

  constructor(values: ReadonlyMap<number, Value>) {
    const size = 2 ** Math.ceil(Math.log2(2 * Math.max(values.size, 1)));
    this.#mask = size - 1;
    this.#slots = Array.from({ length: 2 * size }, () => null);
    for (const [hash, value] of values) {
      const at = this.#slotOf(hash);
      this.#slots[2 * at] = hash;
      this.#slots[2 * at + 1] = value;
    }
  }

  get(hash: number): Value | null {
    const value = this.#slots[2 * this.#slotOf(hash) + 1];
    return typeof value === 'object' ? value : null;
  }

  /** Where a hash stands, or may. */
  #slotOf(hash: number): number {
    let at = (hash ^ (hash >>> 15)) & this.#mask;
    for (let found = this.#slots[2 * at]; found !== hash && found !== null; found = this.#slots[2 * at])
      at = (at + 1) & this.#mask;
    return at;
  }
}
