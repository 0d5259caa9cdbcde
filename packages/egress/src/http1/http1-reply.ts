import { type AnswerKind, decisionField, type Reply, type ReplyContent } from '../proxy/reply.ts';
import type { Field } from '../wire/field.ts';
import { chunkHead, lastChunk, send, sendAway, sendBetween, sendChunk } from '../wire/send.ts';
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
  /** Written, and not sent yet. */
  #head = '';
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
    return this.#client.whenGone(listener);
  }

  begin(status: number, kind: AnswerKind, fields: readonly Field[], content: ReplyContent): void {
    this.#isLast ||= this.#asked.body?.finished !== true;
    this.#isChunked = content === 'stream';
    let own = '';
    if (this.#isChunked) own = 'transfer-encoding: chunked\r\n';
    else if (typeof content === 'number') own = `content-length: ${content}\r\n`;
    own += `${decisionField}: ${kind}\r\n`;
    if (this.#isLast) own += 'connection: close\r\n';
    this.#head = writeResponseHead(status, fields, own);
  }

  sendHeadSoon(): void {
    process.nextTick(Http1Reply.sendHead, this);
  }

  write(bytes: Buffer): Promise<undefined> | undefined {
    const { socket } = this.#client;
    const head = this.#takeHead();
    if (head === '' || !socket.writable) return sendAway(socket, bytes, this.#isChunked ? sendChunk : send);
    if (!this.#isChunked) return sendBetween(socket, head, bytes, '');
    return bytes.length === 0 ? send(socket, head) : sendBetween(socket, head + chunkHead(bytes.length), bytes, '\r\n');
  }

  end(trailers: readonly Field[]): Promise<undefined> | undefined {
    this.#isWhole = true;
    const head = this.#takeHead();
    const last = this.#isChunked ? lastChunk(this.#asked.readsTrailers ? trailers : []) : '';
    return head + last === '' ? undefined : send(this.#client.socket, head + last);
  }

  /** The head, where it was not sent yet. */
  #takeHead(): string {
    const head = this.#head;
    this.#head = '';
    return head;
  }

  static sendHead(reply: Http1Reply): void {
    const head = reply.#takeHead();
    if (head !== '') void send(reply.#client.socket, head);
  }

  makeLast(): void {
    this.#isLast = true;
  }

  cut(): void {
    this.#client.socket.destroy();
  }
}
