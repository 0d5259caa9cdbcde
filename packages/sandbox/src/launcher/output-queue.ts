import type { CommandOutput } from '../command.ts';

/**
 * Output between the launcher and whoever iterates over it. Every piece that is taken is reported, so that the launcher
 * may read on: at most one window of output waits here.
 */
export class OutputQueue implements AsyncIterable<CommandOutput> {
  readonly #taken: (bytes: number) => void;
  readonly #pieces: CommandOutput[] = [];
  #wake: (() => void) | undefined;
  #ended = false;
  #discarding = false;
  #iterated = false;

  constructor(taken: (bytes: number) => void) {
    this.#taken = taken;
  }

  push(piece: CommandOutput): void {
    if (this.#discarding) {
      this.#taken(piece.bytes.length);
      return;
    }
    this.#pieces.push(piece);
    this.#wake?.();
  }

  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  /** Lets go of what waits and of what will come. */
  discard(): void {
    this.#discarding = true;
    for (const piece of this.#pieces.splice(0)) this.#taken(piece.bytes.length);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<CommandOutput> {
    if (this.#iterated) throw new TypeError('the output of a command can be taken once');
    this.#iterated = true;
    try {
      for (;;) {
        const piece = this.#pieces.shift();
        if (piece !== undefined) {
          this.#taken(piece.bytes.length);
          yield piece;
        } else if (this.#ended) {
          return;
        } else {
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
          this.#wake = undefined;
        }
      }
    } finally {
      this.discard();
    }
  }
}
