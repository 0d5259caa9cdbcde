import type { Http2Stream } from 'node:http2';
import { ByteReader } from '../wire/byte-reader.ts';
import { type Fault, fault } from '../wire/fault.ts';
import type { Field } from '../wire/field.ts';
import { splitHead } from '../wire/http2-head.ts';

/** Names and values after a body. */
const trailerBytes = 16 * 1024;

/** What comes on one stream of HTTP/2 behind its head: content, and the fields after it. */
export class StreamContent {
  readonly trailers: Field[] = [];
  readonly reader: ByteReader;
  #hasEnded = false;
  #badTrailers: Fault | undefined;
  #received = 0;

  constructor(stream: Http2Stream) {
    // A stream that was reset ends for Node as one that is whole when the reset gives no error as its reason (RFC 9113,
    // 8.1). What came before it is not whole. The end that the other side wrote is pushed before the stream is closed.
    const push = stream.push.bind(stream);
    stream.push = (chunk: unknown, encoding?: BufferEncoding): boolean => {
      if (chunk === null && !stream.closed) this.#hasEnded = true;
      return push(chunk, encoding);
    };
    stream.on('trailers', (_trailers, _flags, raw) => this.#take(raw));
    this.reader = new ByteReader(stream);
  }

  /**
   * The content, piece by piece; a fault is the last thing that comes.
   *
   * @param length what was declared; undefined when nothing was.
   */
  async *pieces(length: number | undefined): AsyncGenerator<Buffer | Fault, void, undefined> {
    const { reader } = this;
    do {
      const piece = reader.consume(Number.POSITIVE_INFINITY);
      if (piece.length === 0) continue;
      this.#received += piece.length;
      if (length !== undefined && this.#received > length) return yield wrongLength;
      yield piece;
    } while (await reader.fill());
    if (!this.#hasEnded || !reader.endedCleanly) yield cutOff;
    else if (length !== undefined && this.#received !== length) yield wrongLength;
    else if (this.#badTrailers !== undefined) yield this.#badTrailers;
  }

  #take(raw: readonly string[]): void {
    const parts = splitHead(raw, { allowLatin: true, maximum: trailerBytes });
    if (parts.kind === 'fault') this.#badTrailers = parts;
    else if (parts.pseudo.size > 0) this.#badTrailers = fault('trailers', 'Trailers hold a pseudo-header field.');
    else this.trailers.push(...parts.fields);
  }
}

const cutOff: Fault = fault('cut_off', 'The stream was broken off before the body ended.');
const wrongLength: Fault = fault('content_length', 'The body is not as long as its Content-Length.');
