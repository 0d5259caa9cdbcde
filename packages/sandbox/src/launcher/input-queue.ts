import { windowBytes } from './wire.ts';

/** Bytes on their way to a program's standard input, never more than a window ahead of what its pipe took. */
export class InputQueue {
  readonly #send: (bytes: Uint8Array) => void;
  #credit: number = windowBytes;
  #wake: (() => void) | undefined;
  #last: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(send: (bytes: Uint8Array) => void) {
    this.#send = send;
  }

  /** Settles when all of it was sent and taken. */
  write(bytes: Uint8Array): Promise<void> {
    this.#last = this.#last.then(() => this.#write(bytes));
    return this.#last;
  }

  /** The program sees the end of its input after everything that was written before. */
  close(): void {
    this.#last = this.#last.then(() => this.#close());
  }

  /** The launcher passed bytes on, or found that nobody reads them. */
  credit(bytes: number): void {
    this.#credit += bytes;
    this.#wake?.();
  }

  /** The program is gone; whatever waits is let go. */
  end(): void {
    this.#closed = true;
    this.#wake?.();
  }

  #close(): void {
    if (!this.#closed) this.#send(new Uint8Array());
    this.#closed = true;
  }

  async #write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length && !this.#closed; ) {
      const piece = bytes.subarray(at, at + this.#credit);
      if (piece.length > 0) {
        this.#credit -= piece.length;
        this.#send(piece);
        at += piece.length;
      }
      await this.#until(() => this.#credit > 0);
    }
    await this.#until(() => this.#credit === windowBytes);
  }

  async #until(condition: () => boolean): Promise<void> {
    while (!condition() && !this.#closed)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
  }
}
