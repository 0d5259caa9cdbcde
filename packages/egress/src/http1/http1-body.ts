import { type BodyMemory, RequestBody } from '../proxy/request-body.ts';
import { readBody } from '../wire/body.ts';
import { type Field, fieldValue } from '../wire/field.ts';
import { noPieces, type Pieces, whenWhole } from '../wire/pieces.ts';
import type { RequestHead } from '../wire/request-head.ts';
import type { Client } from './client.ts';

/** A refused request's body up to this size is read and dropped, so that the connection can go on. */
const discardedBytes = 256 * 1024;

/** The body of a request in HTTP/1.1 that has one: the next request begins where it ends. */
export class Http1Body extends RequestBody {
  readonly trailers: readonly Field[] = [];
  readonly #client: Client;
  readonly #head: RequestHead;
  #finished = false;
  #isBegun = false;
  #expectsPermission: boolean;

  constructor(client: Client, head: RequestHead, memory: BodyMemory) {
    super(memory);
    this.#client = client;
    this.#head = head;
    this.#expectsPermission = fieldValue(head.fields.list, 'expect') !== undefined;
  }

  get finished(): boolean {
    return this.#finished;
  }

  get length(): number | undefined {
    const { framing } = this.#head;
    return framing.kind === 'length' ? framing.length : undefined;
  }

  pieces(): Pieces {
    if (this.#finished) return noPieces;
    this.#isBegun = true;
    if (this.#expectsPermission) {
      this.#expectsPermission = false;
      this.#client.socket.write('HTTP/1.1 100 Continue\r\n\r\n');
    }
    return whenWhole(readBody(this.#client.reader, this.#head.framing, 'refuse'), () => {
      this.#finished = true;
    });
  }

  async skip(): Promise<void> {
    // A client that waits for permission may never send its body, and we could not tell its next request from it.
    // What was broken off in its middle cannot be read on: its rest has no beginning that we know.
    if (this.#isBegun || this.#expectsPermission || (this.length ?? 0) > discardedBytes) return;
    let size = 0;
    for await (const piece of this.pieces()) {
      if (!Buffer.isBuffer(piece)) return;
      size += piece.length;
      if (size > discardedBytes) return;
    }
  }
}
