import type { ServerHttp2Stream } from 'node:http2';
import { type BodyMemory, RequestBody } from '../proxy/request-body.ts';
import { type Field, fieldValue } from '../wire/field.ts';
import type { Http2Head } from '../wire/http2-head.ts';
import { noPieces, type Pieces, whenWhole } from '../wire/pieces.ts';
import type { StreamContent } from './stream-content.ts';

/** The body of a request in HTTP/2: a stream of its own, so that nothing hangs on reading it. */
export class Http2Body extends RequestBody {
  readonly length: number | undefined;
  readonly #stream: ServerHttp2Stream;
  readonly #content: StreamContent;
  #finished: boolean;
  #expectsPermission: boolean;

  constructor(stream: ServerHttp2Stream, content: StreamContent, { length, fields }: Http2Head, memory: BodyMemory) {
    super(memory);
    this.length = length;
    this.#stream = stream;
    this.#content = content;
    this.#finished = length === 0;
    this.#expectsPermission = !this.#finished && fieldValue(fields, 'expect') !== undefined;
  }

  get finished(): boolean {
    return this.#finished;
  }

  get trailers(): readonly Field[] {
    return this.#content.trailers;
  }

  pieces(): Pieces {
    if (this.#finished) return noPieces;
    if (this.#expectsPermission && !this.#stream.closed && !this.#stream.headersSent) {
      this.#expectsPermission = false;
      this.#stream.additionalHeaders({ ':status': 100 });
    }
    return whenWhole(this.#content.pieces(this.length), () => {
      this.#finished = true;
    });
  }

  async skip(): Promise<void> {}
}
