import type { Socket } from 'node:net';

/** A connection is looked at so many times in the span for which it may be silent, and found out at most one look too late. */
const looks = 4;

/**
 * Notices when nothing moves on a connection. It compares how many bytes have passed at a few moments: a timer that every
 * read and every write sets anew (`socket.setTimeout`) costs a request more than reading its head does.
 */
export class Silence {
  readonly #socket: Socket;
  readonly #found: () => void;
  #timer: NodeJS.Timeout | undefined;
  #passed = 0;
  #silentLooks = 0;

  /** @param found called when it was silent for so long, and again with each look for which it stays so. */
  constructor(socket: Socket, seconds: number, found: () => void) {
    this.#socket = socket;
    this.#found = found;
    this.allow(seconds);
  }

  /** From now on it may be silent for so long. */
  allow(seconds: number): void {
    this.stop();
    this.#silentLooks = 0;
    this.#passed = this.#count();
    this.#timer = setInterval(() => this.#look(), (seconds * 1_000) / looks).unref();
  }

  /** To be called when the connection is closed, at the latest. */
  stop(): void {
    clearInterval(this.#timer);
  }

  /** It was silent for so long when it was looked at last. */
  get isFound(): boolean {
    return this.#silentLooks >= looks;
  }

  #look(): void {
    const passed = this.#count();
    this.#silentLooks = passed === this.#passed ? this.#silentLooks + 1 : 0;
    this.#passed = passed;
    if (this.isFound) this.#found();
  }

  /** What waits in our own memory has not passed. */
  #count(): number {
    const { bytesRead, bytesWritten, writableLength } = this.#socket;
    return bytesRead + bytesWritten - writableLength;
  }
}
