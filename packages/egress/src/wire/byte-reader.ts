import type { Duplex } from 'node:stream';
import { giveBack } from './give-back.ts';

const nothing = Buffer.alloc(0);

/** More than this is not taken off the socket ahead of the reader; the kernel's window then pushes back. Two of libuv's reads. */
const aheadBytes = 128 * 1024;

/**
 * Reads a socket piece by piece, so that a parser is straight code instead of a state machine of callbacks. Bytes that
 * nobody asked for stay in the kernel: that is the back-pressure of the whole proxy.
 */
export class ByteReader {
  readonly #source: Duplex;
  /** As they came; of the first so many bytes are consumed. */
  #chunks: Buffer[] = [];
  #consumed = 0;
  /** How many bytes are left of them. */
  #count = 0;
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
    const [first = nothing] = this.#chunks;
    if (this.#chunks.length < 2 && this.#consumed === 0) return first;
    const left = this.#consumed === 0 ? first : first.subarray(this.#consumed);
    if (this.#chunks.length > 1) {
      const chunks = [left, ...this.#chunks.slice(1)];
      this.#chunks = [Buffer.concat(chunks, this.#count)];
      for (const chunk of chunks) giveBack(chunk);
    } else this.#chunks = [left];
    this.#consumed = 0;
    return this.#chunks[0] ?? nothing;
  }

  /** Nothing has arrived that was not consumed. */
  get isEmpty(): boolean {
    return this.#count === 0;
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
  fill(): Promise<boolean> {
    return new Promise((resolve) => {
      this.whenMore(resolve);
    });
  }

  /** The same for whoever looks at once whether it is enough. `look` must not throw: nobody there could know of it. */
  whenMore(look: (hasMore: boolean) => void): void {
    if (this.#ended) {
      look(false);
      return;
    }
    const before = this.#count;
    this.#wake = () => look(this.#count > before);
    this.#source.resume();
  }

  /**
   * Hands on what is held and whatever comes, as it comes: no promise and no turn of the event loop between the socket and
   * `take`. While something that `take` returned is waited for, the socket is not read further than elsewhere.
   *
   * @returns what `take` objected with, at once; undefined at the end of the stream.
   */
  passOn<Objection>(
    take: (piece: Buffer) => Promise<Objection | undefined> | Objection | undefined,
  ): Promise<Objection | undefined> {
    return new Promise((resolve, reject) => {
      const goOn = (objection: Objection | undefined): void => {
        if (objection === undefined) go();
        else resolve(objection);
      };
      const go = (): void => {
        try {
          let taken: Promise<Objection | undefined> | Objection | undefined;
          while (taken === undefined && this.#count > 0) taken = take(this.consume(this.#count));
          if (taken instanceof Promise) taken.then(goOn, reject);
          else if (taken !== undefined || this.#ended) resolve(taken);
          else {
            this.#wake = go;
            this.#source.resume();
          }
        } catch (error) {
          reject(error); // `take` failed; whoever emitted the bytes has nothing to do with it
        }
      };
      go();
    });
  }

  /** Takes up to `count` of the held bytes. */
  consume(count: number): Buffer {
    const { held } = this;
    const taken = count >= held.length ? held : held.subarray(0, count);
    this.skip(taken.length);
    return taken;
  }

  /** Gets past bytes that are held. */
  skip(count: number): void {
    if (this.#chunks.length > 1) void this.held;
    this.#count -= count;
    this.#consumed += count;
    if (this.#count === 0) this.#drop();
  }

  /** Gives the socket back, unread bytes included, to whoever reads it next. */
  detach(): Duplex {
    this.#source.pause();
    this.#source.off('data', this.#onData);
    this.#source.off('end', this.#onEnd);
    this.#source.off('close', this.#onClose);
    if (this.#count > 0) this.#source.unshift(this.held);
    this.#drop();
    return this.#source;
  }

  /** Throws away what is held and whatever still comes, until the end. For a connection that only has to be closed. */
  discard(): void {
    this.#drop();
    this.#discarding = true;
    this.#source.resume();
  }

  readonly #onData = (chunk: Buffer): void => {
    if (this.#discarding) return;
    this.#chunks.push(chunk);
    this.#count += chunk.length;
    this.#wakeUp();
    if (this.#count >= aheadBytes) this.#source.pause();
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

  #drop(): void {
    this.#chunks = [];
    this.#consumed = 0;
    this.#count = 0;
  }

  #wakeUp(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}
