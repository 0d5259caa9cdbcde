const nothing = Buffer.alloc(0);

/**
 * Walks over bytes with length-prefixed parts. Reading past the end never throws: it sets {@link failed}, which the
 * caller looks at once, at the end.
 */
export class ByteCursor {
  readonly #bytes: Buffer;
  #position = 0;
  #failed = false;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get failed(): boolean {
    return this.#failed;
  }

  get left(): number {
    return this.#bytes.length - this.#position;
  }

  skip(count: number): void {
    this.#take(count);
  }

  /** A big-endian number of `width` bytes; 0 when there are not that many. */
  number(width: number): number {
    const bytes = this.#take(width);
    return bytes.length === width ? bytes.readUIntBE(0, width) : 0;
  }

  /** A part that begins with its own length in `width` bytes. */
  vector(width: number): Buffer {
    return this.#take(this.number(width));
  }

  #take(count: number): Buffer {
    if (count > this.left) {
      this.#failed = true;
      return nothing;
    }
    this.#position += count;
    return this.#bytes.subarray(this.#position - count, this.#position);
  }
}
