import type { Duplex } from 'node:stream';
import { type AnswerKind, decisionField, type Reply, type ReplyContent } from '../proxy/reply.ts';
import type { Field } from '../wire/field.ts';
import { send, sendAway, sendChunk, sendLastChunk } from '../wire/send.ts';
import { writeResponseHead } from '../wire/write-head.ts';
import type { Client } from './client.ts';

/** What the answer must know of its request. */
interface Asked {
  /** The client wants the connection closed after this exchange. */
  readonly wantsClose: boolean;
  readonly readsTrailers: boolean;
  /** Undefined when no request could be read. */
  readonly body: { readonly finished: boolean } | undefined;
}

const nothing: Asked = { wantsClose: true, readsTrailers: false, body: undefined };

/** An answer in HTTP/1.1. */
export class Http1Reply implements Reply {
  readonly #client: Client;
  readonly #asked: Asked;
  #isLast: boolean;
  #isChunked = false;
  #isWhole = false;

  /** @param asked default: an answer to what was no request, after which the connection is closed. */
  constructor(client: Client, asked: Asked = nothing) {
    this.#client = client;
    this.#asked = asked;
    this.#isLast = asked.wantsClose;
  }

  /** The answer went out whole, and the connection stands at the beginning of the next request. */
  get canGoOn(): boolean {
    return this.#isWhole && !this.#isLast;
  }

  get isGone(): boolean {
    return this.#client.socket.destroyed;
  }

  whenGone(listener: () => void): () => void {
    const { socket } = this.#client;
    socket.once('close', listener);
    return () => socket.off('close', listener);
  }

  begin(status: number, kind: AnswerKind, fields: readonly Field[], content: ReplyContent): void {
    const { socket } = this.#client;
    this.#isLast ||= this.#asked.body?.finished !== true;
    this.#isChunked = content === 'stream';
    const written = [
      ...fields,
      ...(content === 'stream' ? [{ name: 'transfer-encoding', value: 'chunked' }] : []),
      ...(typeof content === 'number' ? [{ name: 'content-length', value: String(content) }] : []),
      { name: decisionField, value: kind },
      ...(this.#isLast ? [{ name: 'connection', value: 'close' }] : []),
    ];
    if (!socket.writable) return;
    // What came together goes out together: the turn of the event loop ends after the pieces that are already here.
    socket.cork();
    process.nextTick(uncork, socket);
    socket.write(writeResponseHead(status, written), 'latin1');
  }

  write(bytes: Buffer): Promise<void> | undefined {
    return sendAway(this.#client.socket, bytes, this.#isChunked ? sendChunk : send);
  }

  end(trailers: readonly Field[]): Promise<void> | undefined {
    this.#isWhole = true;
    if (!this.#isChunked) return undefined;
    return sendLastChunk(this.#client.socket, this.#asked.readsTrailers ? trailers : []);
  }

  makeLast(): void {
    this.#isLast = true;
  }

  cut(): void {
    this.#client.socket.destroy();
  }
}

function uncork(socket: Duplex): void {
  socket.uncork();
}
