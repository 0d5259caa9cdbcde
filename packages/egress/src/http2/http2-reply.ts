import { constants, type ServerHttp2Stream } from 'node:http2';
import { type AnswerKind, decisionField, type Reply, type ReplyContent } from '../proxy/reply.ts';
import type { Field } from '../wire/field.ts';
import { send } from '../wire/send.ts';
import { headerObject } from './header-object.ts';

/** An answer on one stream of HTTP/2. */
export class Http2Reply implements Reply {
  readonly #stream: ServerHttp2Stream;
  readonly #isBodyRead: () => boolean;
  #trailers: readonly Field[] = [];

  /** @param isBodyRead whether all of the request was read; what was not is called off after the answer. */
  constructor(stream: ServerHttp2Stream, isBodyRead: () => boolean) {
    this.#stream = stream;
    this.#isBodyRead = isBodyRead;
  }

  get isGone(): boolean {
    return this.#stream.destroyed || this.#stream.closed;
  }

  whenGone(listener: () => void): () => void {
    this.#stream.once('close', listener);
    return () => this.#stream.off('close', listener);
  }

  begin(status: number, kind: AnswerKind, fields: readonly Field[], content: ReplyContent): void {
    if (this.isGone || this.#stream.headersSent) return;
    const isEmpty = content === 'none' || content === 0;
    const headers = headerObject([
      ...fields,
      ...(typeof content === 'number' && content > 0 ? [{ name: 'content-length', value: String(content) }] : []),
      { name: decisionField, value: kind },
    ]);
    const waitForTrailers = content === 'stream';
    if (waitForTrailers) this.#stream.once('wantTrailers', this.#sendTrailers);
    this.#stream.respond({ ...headers, ':status': status }, { endStream: isEmpty, waitForTrailers });
  }

  /** Nothing is held back. */
  sendHeadSoon(): void {}

  write(bytes: Buffer): Promise<undefined> | undefined {
    return send(this.#stream, bytes);
  }

  end(trailers: readonly Field[]): Promise<undefined> | undefined {
    this.#trailers = trailers;
    if (!this.#stream.writableEnded) this.#stream.end();
    // The client need not send what nobody reads any more (RFC 9113, 8.1).
    if (!this.#isBodyRead()) this.#stream.close(constants.NGHTTP2_NO_ERROR);
    return undefined;
  }

  /** Each stream is one request: what is wrong with it says nothing about the next. */
  makeLast(): void {}

  cut(): void {
    this.#stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  }

  readonly #sendTrailers = (): void => {
    if (!this.isGone) this.#stream.sendTrailers(headerObject(this.#trailers));
  };
}
