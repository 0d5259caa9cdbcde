import { constants, type Http2Stream } from 'node:http2';
import { ByteReader } from '../wire/byte-reader.ts';
import { type Fault, fault } from '../wire/fault.ts';
import type { Field } from '../wire/field.ts';
import { splitHead } from '../wire/http2-head.ts';
import { type Pieces, ReadPieces, starved } from '../wire/pieces.ts';

/** Names and values after a body. */
const trailerBytes = 16 * 1024;

/** What comes on one stream of HTTP/2 behind its head: content, and the fields after it. */
export class StreamContent {
  readonly trailers: Field[] = [];
  readonly reader: ByteReader;
  readonly #stream: Http2Stream;
  readonly #isAnswer: boolean;
  #hasEnded = false;
  #badTrailers: Fault | undefined;

  constructor(stream: Http2Stream, kind: 'request' | 'answer') {
    this.#stream = stream;
    this.#isAnswer = kind === 'answer';
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
   * The content, as long as it was declared.
   *
   * @param length undefined when nothing was.
   */
  pieces(length: number | undefined): Pieces {
    return new StreamPieces(this.reader, length, (received) => this.#problemAtEnd(received, length));
  }

  #problemAtEnd(received: number, length: number | undefined): Fault | undefined {
    const isAll = this.#hasEnded || (received === length && this.#isAnsweredEnough);
    if (!isAll || !this.reader.endedCleanly) return cutOff;
    return length !== undefined && received !== length ? wrongLength : this.#badTrailers;
  }

  /**
   * A server that has said everything may reset the stream, for no error (RFC 9113, 8.1). It should end it before, and
   * Node's does not when it is busy: a reset overtakes the end. Then the declared length says whether all was there. Whoever
   * resets a request takes it back.
   */
  get #isAnsweredEnough(): boolean {
    return this.#isAnswer && this.#stream.rstCode === constants.NGHTTP2_NO_ERROR;
  }

  #take(raw: readonly string[]): void {
    const parts = splitHead(raw, { allowLatin: true, maximum: trailerBytes });
    if (parts.kind === 'fault') this.#badTrailers = parts;
    else if (parts.pseudo.size > 0) this.#badTrailers = fault('trailers', 'Trailers hold a pseudo-header field.');
    else this.trailers.push(...parts.fields);
  }
}

class StreamPieces extends ReadPieces {
  readonly #length: number | undefined;
  readonly #problemAtEnd: (received: number) => Fault | undefined;
  #received = 0;

  constructor(reader: ByteReader, length: number | undefined, problemAtEnd: (received: number) => Fault | undefined) {
    super(reader);
    this.#length = length;
    this.#problemAtEnd = problemAtEnd;
  }

  protected read(): Buffer | Fault | typeof starved {
    if (this.reader.isEmpty) return starved;
    const piece = this.reader.consume(Number.POSITIVE_INFINITY);
    this.#received += piece.length;
    return this.#length !== undefined && this.#received > this.#length ? wrongLength : piece;
  }

  protected ended(): Fault | undefined {
    return this.#problemAtEnd(this.#received);
  }
}

const cutOff: Fault = fault('cut_off', 'The stream was broken off before the body ended.');
const wrongLength: Fault = fault('content_length', 'The body is not as long as its Content-Length.');
