/**
 * A growing list of 32-bit integers. What is written in a row stands in a row: of a policy that does not fit a processor's
 * cache it counts how little of it a decision touches, and how near that is to each other.
 */
export class Integers {
  #all = new Int32Array(64);
  /** 0 is no place, so that it can mean none. */
  #length = 1;

  get length(): number {
    return this.#length;
  }

  /** @param place below the length. */
  at(place: number): number {
    return this.#all[place] ?? 0;
  }

  /** Writes them behind what is there. Gives the place of the first. */
  push(...values: readonly number[]): number {
    const place = this.#length;
    this.#length += values.length;
    if (this.#length > this.#all.length) {
      const longer = new Int32Array(2 * this.#length);
      longer.set(this.#all);
      this.#all = longer;
    }
    this.#all.set(values, place);
    return place;
  }
}
