import type { Duplex } from 'node:stream';

const nothing = Buffer.alloc(0);

/** More than this is not taken off the socket ahead of the reader; the kernel's window then pushes back. */
const aheadBytes = 64 * 1024;

/**
 * Reads a socket piece by piece, so that a parser is straight code instead of a state machine of callbacks. Bytes that
 * nobody asked for stay in the kernel: that is the back-pressure of the whole proxy.
 */
export class ByteReader {
  readonly #source: Duplex;
  #held: Buffer = nothing;
  #ended = false;
  #failed = false;
  #discarding = false;
  #wake: (() => void) | undefined;

  constructor(source: Duplex) {
    this.#source = source;
    source.on('data', this.#onData);
    source.on('end', this.#onEnd);
    source.on('close', this.#onClose);
    source.on('error', this.#onError);
  }

  /** What has arrived and was not consumed. Valid until the next call of any method. */
  get held(): Buffer {
    return this.#held;
  }

  /** True once the other side ended its stream in order; a reset connection is not in order. */
  get endedCleanly(): boolean {
    return this.#ended && !this.#failed;
  }

  /** True while somebody waits for bytes of the other side. */
  get isWaiting(): boolean {
    return this.#wake !== undefined;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Waits until more bytes are held than now. False when no more will come. */
  async fill(): Promise<boolean> {
    const before = this.#held.length;
    while (this.#held.length === before) {
      if (this.#ended) return false;
      this.#source.resume();
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return true;
  }

  /** Takes up to `count` of the held bytes. */
  consume(count: number): Buffer {
    const taken = this.#held.subarray(0, count);
    this.#held = count >= this.#held.length ? nothing : this.#held.subarray(count);
    return taken;
  }

  /** Gives the socket back, unread bytes included, to whoever reads it next. */
  detach(): Duplex {
    this.#source.pause();
    this.#source.off('data', this.#onData);
    this.#source.off('end', this.#onEnd);
    this.#source.off('close', this.#onClose);
    if (this.#held.length > 0) this.#source.unshift(this.#held);
    this.#held = nothing;
    return this.#source;
  }

  /** Throws away what is held and whatever still comes, until the end. For a connection that only has to be closed. */
  discard(): void {
    this.#held = nothing;
    this.#discarding = true;
    this.#source.resume();
  }

  readonly #onData = (chunk: Buffer): void => {
    if (this.#discarding) return;
    this.#held = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    if (this.#held.length >= aheadBytes) this.#source.pause();
    this.#wakeUp();
  };

  readonly #onEnd = (): void => {
    this.#ended = true;
    this.#wakeUp();
  };

  readonly #onClose = (): void => {
    // A close without an end is a reset or a timeout: what was read so far must not pass for the whole.
    if (!this.#ended) this.#failed = true;
    this.#ended = true;
    this.#wakeUp();
  };

  readonly #onError = (): void => {
    this.#failed = true;
  };

  #wakeUp(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}
