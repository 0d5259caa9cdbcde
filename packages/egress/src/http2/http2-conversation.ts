import { type ClientHttp2Stream, constants, type OutgoingHttpHeaders } from 'node:http2';
import type { AnswerHead, Conversation, OutgoingHead } from '../proxy/conversation.ts';
import { originTarget, writeHostField } from '../target/target.ts';
import { endToEndFields } from '../wire/end-to-end.ts';
import { type Fault, fault } from '../wire/fault.ts';
import { type Field, fieldValue } from '../wire/field.ts';
import { decimal } from '../wire/framing.ts';
import { splitHead } from '../wire/http2-head.ts';
import { noPieces, type Pieces } from '../wire/pieces.ts';
import { send } from '../wire/send.ts';
import { writeRequestHead } from '../wire/write-head.ts';
import { headerObject } from './header-object.ts';
import { StreamContent } from './stream-content.ts';
import type { UpstreamSession } from './upstream-session.ts';

/** Interim answers before the real one; more are a server that plays with us. */
const maximumInterim = 8;

/**
 * When a request that got no answer may be sent again: on a connection that was used before it may have met its end; a
 * stream that was refused has reached nobody (RFC 9113, 8.7).
 */
export type Repeats = 'never' | 'when refused' | 'when stale';

/** A request on a stream of its own, in HTTP/2. */
export class Http2Conversation implements Conversation {
  readonly kind = 'conversation';
  readonly #session: UpstreamSession;
  readonly #leave: () => void;
  readonly #repeats: Repeats;
  readonly #head: PromiseWithResolvers<AnswerHead | Fault> = Promise.withResolvers();
  #request: OutgoingHead | undefined;
  #stream: ClientHttp2Stream | undefined;
  #content: StreamContent | undefined;
  #trailers: readonly Field[] = [];
  #length: number | undefined;

  constructor(session: UpstreamSession, repeats: Repeats) {
    this.#session = session;
    this.#leave = session.enter();
    this.#repeats = repeats;
  }

  get canRepeat(): boolean {
    const isRefused = this.#stream?.rstCode === constants.NGHTTP2_REFUSED_STREAM;
    return this.#repeats === 'when stale' || (this.#repeats === 'when refused' && isRefused);
  }

  get canSend(): boolean {
    return this.#stream?.writable === true && !this.#stream.closed;
  }

  get trailers(): readonly Field[] {
    return this.#content?.trailers ?? [];
  }

  /** Counted as HTTP/1.1 writes it: a budget takes what was said, not what compression makes of it. */
  prepare(head: OutgoingHead): number {
    this.#request = head;
    const { method, target, fields } = head;
    return writeRequestHead(method, originTarget(target), writeHostField(target), fields).length;
  }

  sendHead(): undefined {
    const request = this.#request;
    const stream =
      request &&
      this.#session.request(headersOf(request), {
        hasBody: request.length !== 0,
        hasTrailers: request.length === undefined,
      });
    if (stream === undefined) return this.#settle(noAnswer);
    this.#stream = stream;
    let hasTimedOut = false;
    stream.setTimeout(this.#session.limits.idleSeconds * 1_000, () => {
      hasTimedOut = true;
      stream.close(constants.NGHTTP2_CANCEL);
    });
    stream.on('error', () => {}); // a 'close' follows
    stream.once('close', () => {
      this.#leave();
      this.#settle(hasTimedOut ? tooLate : noAnswer);
    });
    stream.once('wantTrailers', () => {
      if (!stream.closed) stream.sendTrailers(headerObject(this.#trailers));
    });
    let interim = 0;
    stream.on('headers', () => {
      if (++interim <= maximumInterim) return;
      this.#settle(fault('interim', 'The host sent too many interim answers.', 502));
      this.cut();
    });
    stream.once('response', (_headers, flags, raw) =>
      this.#settle(this.#readHead(raw, (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0)),
    );
    this.#content = new StreamContent(stream, 'answer');
    return undefined;
  }

  sendPiece(bytes: Buffer): Promise<void> | undefined {
    return this.#stream === undefined ? undefined : send(this.#stream, bytes);
  }

  sendEnd(trailers: readonly Field[]): undefined {
    this.#trailers = trailers;
    if (this.#stream?.writable === true) this.#stream.end();
    return undefined;
  }

  answer(): Promise<AnswerHead | Fault> {
    return this.#head.promise;
  }

  content(): Pieces {
    return this.#content?.pieces(this.#length) ?? noPieces;
  }

  cut(): void {
    this.#settle(noAnswer);
    this.release();
  }

  /** The connection goes on in any case; what is left of this stream is called off. */
  release(): void {
    if (this.#stream === undefined) this.#leave();
    else if (!this.#stream.closed) this.#stream.close(constants.NGHTTP2_CANCEL);
  }

  /** The first word counts. */
  #settle(head: AnswerHead | Fault): undefined {
    this.#head.resolve(head);
  }

  #readHead(raw: readonly string[], hasEnded: boolean): AnswerHead | Fault {
    const parts = splitHead(raw, { allowLatin: true, maximum: this.#session.limits.headBytes });
    if (parts.kind === 'fault') return { ...parts, status: 502 };
    const text = parts.pseudo.get(':status') ?? '';
    if (parts.pseudo.size !== 1 || !/^[2-5]\d\d$/.test(text))
      return fault('status_line', 'The server did not answer with a status of HTTP.', 502);
    const status = Number(text);
    const declared = fieldValue(parts.fields, 'content-length');
    if (declared !== undefined && !decimal.test(declared))
      return fault('content_length', 'Content-Length is not a plain decimal number.', 502);
    const fields = endToEndFields(parts.fields);
    if (this.#request?.method === 'HEAD' || status === 204 || status === 304) {
      const told = declared === undefined ? [] : [{ name: 'content-length', value: declared }];
      return { kind: 'answer', status, fields: [...fields, ...told], content: 'none' };
    }
    this.#length = declared === undefined ? undefined : Number(declared);
    return { kind: 'answer', status, fields, content: hasEnded ? 0 : (this.#length ?? 'stream') };
  }
}

const noAnswer: Fault = fault('no_answer', 'The host closed the connection without an answer.', 502);
const tooLate: Fault = fault('timeout', 'The host did not answer in time.', 504);

function headersOf({ method, target, fields, length, readsTrailers }: OutgoingHead): OutgoingHttpHeaders {
  const says = length !== undefined && (length > 0 || ['POST', 'PUT', 'PATCH'].includes(method));
  return {
    ':method': method,
    ':scheme': target.scheme,
    ':authority': writeHostField(target),
    ':path': originTarget(target),
    ...headerObject(fields),
    ...(says ? { 'content-length': String(length) } : {}),
    ...(readsTrailers ? { te: 'trailers' } : {}),
  };
}
