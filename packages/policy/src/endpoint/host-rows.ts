import type { Glob } from '../glob/glob.ts';
import type { Integers } from '../glob/integers.ts';
import type { HostPattern } from '../host/host-pattern.ts';

/** What stands in the row of a host, and behind it its characters, four in a number. */
const [nextAt, portAt, rankAt, endpointAt, frontAt, lengthAt, textAt] = [0, 1, 2, 3, 4, 5, 6];

/** What must stand before the text of a row: nothing, or one label and its dot. Higher numbers are of a glob instead. */
const [nothing, oneLabel, firstGlob] = [0, 1, 2];

/**
 * Host patterns at a port, each in one row of numbers with its own text in it, so that no object and no string is
 * touched on the way to what stands for its endpoints.
 */
export class HostRows {
  readonly #integers: Integers;
  /** Of the patterns that are neither a name nor `*.` and a name. */
  readonly #globs: Glob[] = [];

  constructor(integers: Integers) {
    this.#integers = integers;
  }

  /**
   * Writes one. Gives its place.
   *
   * @param endpoint a number that stands for its endpoints.
   * @param next the row to look at after this one; 0 when there is none.
   */
  add({ source, glob, rank, suffix }: HostPattern, port: number, endpoint: number, next: number): number {
    const name = glob === null ? source : suffix.toReversed().join('.');
    const isName = /^[\x21-\x7e]*$/.test(name) && (glob === null || source === `*.${name}`);
    const front = isName ? (glob === null ? nothing : oneLabel) : firstGlob + this.#globs.length;
    if (glob !== null && !isName) this.#globs.push(glob);
    const text = isName ? name : '';
    return this.#integers.push(next, port, rank, endpoint, front, text.length, ...packed(text));
  }

  next(row: number): number {
    return this.#integers.at(row + nextAt);
  }

  rank(row: number): number {
    return this.#integers.at(row + rankAt);
  }

  endpoint(row: number): number {
    return this.#integers.at(row + endpointAt);
  }

  isAbout(row: number, host: string, port: number): boolean {
    if (this.#integers.at(row + portAt) !== port) return false;
    const front = this.#integers.at(row + frontAt);
    if (front >= firstGlob) return this.#globs[front - firstGlob]?.matches(host) === true;
    const from = host.length - this.#integers.at(row + lengthAt);
    // Of one label the first dot is the last before the text.
    return (front === nothing ? from === 0 : host.indexOf('.') === from - 1) && this.#hasTail(row, host, from);
  }

  #hasTail(row: number, host: string, from: number): boolean {
    const text = row + textAt;
    for (let at = from; at < host.length; at++) {
      const index = at - from;
      const code = (this.#integers.at(text + (index >> 2)) >>> ((index & 3) << 3)) & 0xff;
      if (code !== host.charCodeAt(at)) return false;
    }
    return true;
  }
}

function packed(text: string): readonly number[] {
  const numbers = new Int32Array(Math.ceil(text.length / 4));
  for (let at = 0; at < text.length; at++)
    numbers[at >> 2] = (numbers[at >> 2] ?? 0) | (text.charCodeAt(at) << ((at & 3) << 3));
  return [...numbers];
}
