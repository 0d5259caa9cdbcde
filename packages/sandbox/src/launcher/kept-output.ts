/** Keeps the beginning and the end of a stream; what lies between is counted and let go. */
export class KeptOutput {
  readonly #half: number;
  readonly #head: Buffer[] = [];
  #headLength = 0;
  #tail: Buffer[] = [];
  #tailLength = 0;
  #missing = 0;

  /** @param bytes Kept of a longer stream, half of them from its beginning. */
  constructor(bytes: number) {
    this.#half = Math.ceil(bytes / 2);
  }

  push(bytes: Uint8Array): void {
    const room = this.#half - this.#headLength;
    if (room > 0) {
      const first = Buffer.from(bytes.subarray(0, room));
      this.#head.push(first);
      this.#headLength += first.length;
    }
    if (bytes.length <= room) return;
    const rest = Buffer.from(bytes.subarray(Math.max(room, 0)));
    this.#tail.push(rest);
    this.#tailLength += rest.length;
    // Joined rarely, so that many small pieces cost no more than a few large ones.
    if (this.#tailLength > 4 * this.#half + 65_536) this.#trim();
  }

  get missing(): number {
    this.#trim();
    return this.#missing;
  }

  bytes(): Uint8Array {
    this.#trim();
    return Buffer.concat([...this.#head, ...this.#tail]);
  }

  #trim(): void {
    const excess = this.#tailLength - this.#half;
    if (excess <= 0) return;
    this.#tail = [Buffer.from(Buffer.concat(this.#tail).subarray(excess))];
    this.#tailLength -= excess;
    this.#missing += excess;
  }
}
