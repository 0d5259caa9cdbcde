import { readBody } from '../wire/body.ts';
import { type Fault, fault } from '../wire/fault.ts';
import { fieldValue } from '../wire/field.ts';
import type { RequestHead } from '../wire/request-head.ts';
import type { Client } from './client.ts';

/** A refused request's body up to this size is read and dropped, so that the connection can go on. */
const discardedBytes = 256 * 1024;

/** The body of one request, read when somebody wants it and exactly once. */
export class RequestBody {
  readonly #client: Client;
  readonly #head: RequestHead;
  #finished: boolean;
  #expectsPermission: boolean;

  constructor(client: Client, head: RequestHead) {
    this.#client = client;
    this.#head = head;
    this.#finished = head.framing.kind === 'none';
    this.#expectsPermission = !this.#finished && fieldValue(head.fields, 'expect') !== undefined;
  }

  /** True when the reader stands at the beginning of the next request. */
  get finished(): boolean {
    return this.#finished;
  }

  /** The declared length; undefined for a chunked body. */
  get length(): number | undefined {
    const { framing } = this.#head;
    return framing.kind === 'length' ? framing.length : framing.kind === 'none' ? 0 : undefined;
  }

  /** The content, piece by piece; a fault is the last thing that comes. */
  async *pieces(): AsyncGenerator<Buffer | Fault, void, undefined> {
    if (this.#finished) return;
    if (this.#expectsPermission) {
      this.#expectsPermission = false;
      this.#client.socket.write('HTTP/1.1 100 Continue\r\n\r\n');
    }
    for await (const piece of readBody(this.#client.reader, this.#head.framing, 'refuse')) {
      yield piece;
      if (!Buffer.isBuffer(piece)) return;
    }
    this.#finished = true;
  }

  /** All of it, when the decision depends on it. */
  async gather(maximum: number): Promise<Buffer | Fault> {
    const pieces: Buffer[] = [];
    let size = 0;
    if ((this.length ?? 0) > maximum) return tooLarge;
    for await (const piece of this.pieces()) {
      if (!Buffer.isBuffer(piece)) return piece;
      size += piece.length;
      if (size > maximum) return tooLarge;
      pieces.push(piece);
    }
    return Buffer.concat(pieces);
  }

  /** Reads past a body that nobody wants. False when the connection cannot go on after it. */
  async skip(): Promise<boolean> {
    // A client that waits for permission may never send its body, and we could not tell its next request from it.
    if (this.#expectsPermission || (this.length ?? 0) > discardedBytes) return this.#finished;
    let size = 0;
    for await (const piece of this.pieces()) {
      if (!Buffer.isBuffer(piece)) return false;
      size += piece.length;
      if (size > discardedBytes) return false;
    }
    return true;
  }
}

/** What must be read is larger than what is read. */
export const tooLarge: Fault = fault('inspected_body', 'The body is too large to be read before the decision.', 413);
