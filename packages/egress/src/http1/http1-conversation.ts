import type { AnswerHead, Conversation, OutgoingHead } from '../proxy/conversation.ts';
import type { Upstream } from '../proxy/upstream.ts';
import { originTarget, writeHostField } from '../target/target.ts';
import { readBody } from '../wire/body.ts';
import { type Fault, fault } from '../wire/fault.ts';
import { type Field, fieldValue } from '../wire/field.ts';
import type { Head, NoMessage } from '../wire/head-reader.ts';
import { noPieces, type Pieces, whenWhole } from '../wire/pieces.ts';
import { parseResponseHead, type ResponseFields, type ResponseHead } from '../wire/response-head.ts';
import { lastChunk, send, sendChunk } from '../wire/send.ts';
import { type Soon, whenThere } from '../wire/soon.ts';
import { writeFields, writeRequestHead } from '../wire/write-head.ts';

/** Interim answers before the real one; more are a server that plays with us. */
const maximumInterim = 8;

export interface Http1ConversationOptions {
  readonly upstream: Upstream;
  readonly canRepeat: boolean;
  /** Takes the connection back when it stands at the beginning of its next answer; undefined when nobody wants it. */
  readonly keep: ((upstream: Upstream) => void) | undefined;
  /** Bytes of the head of an answer. */
  readonly headBytes: number;
  /** Fields of the connection, where it shall become something else than HTTP. Default: none. */
  readonly connection?: readonly Field[];
}

/** A request over a connection of its own, in HTTP/1.1. */
export class Http1Conversation implements Conversation {
  readonly kind = 'conversation';
  readonly canRepeat: boolean;
  readonly trailers: Field[] = [];
  readonly #upstream: Upstream;
  readonly #keep: Http1ConversationOptions['keep'];
  readonly #headBytes: number;
  readonly #connection: readonly Field[] | undefined;
  #method = '';
  #head = '';
  #isChunked = false;
  #response: ResponseHead | undefined;
  #isWhole = false;

  constructor({ upstream, canRepeat, keep, headBytes, connection }: Http1ConversationOptions) {
    this.#upstream = upstream;
    this.canRepeat = canRepeat;
    this.#keep = keep;
    this.#headBytes = headBytes;
    this.#connection = connection;
  }

  get canSend(): boolean {
    return this.#upstream.socket.writable;
  }

  prepare({ method, target, fields, length }: OutgoingHead): number {
    this.#method = method;
    this.#isChunked = length === undefined;
    const own = framingOf(method, length) + this.#connectionLines();
    this.#head = writeRequestHead(method, originTarget(target), writeHostField(target), fields, own);
    return this.#head.length;
  }

  sendHead(): Promise<void> | undefined {
    return send(this.#upstream.socket, this.#head);
  }

  sendPiece(bytes: Buffer): Promise<void> | undefined {
    const { socket } = this.#upstream;
    return this.#isChunked ? sendChunk(socket, bytes) : send(socket, bytes);
  }

  // A server of HTTP/1.1 that looks at trailers of a request is rare, and one that merges them with the head a danger.
  sendEnd(): Promise<void> | undefined {
    return this.#isChunked ? send(this.#upstream.socket, lastChunk([])) : undefined;
  }

  answer(interim = 0): Soon<AnswerHead | Fault> {
    return whenThere(this.#upstream.heads.next(this.#headBytes), (read) => {
      const response = this.#responseIn(read);
      if (response.kind === 'fault') return response;
      if (response.status >= 200 || response.status === 101) return this.#answerOf(response);
      return interim < maximumInterim ? this.answer(interim + 1) : tooManyInterim;
    });
  }

  content(): Pieces {
    if (this.#response === undefined) return noPieces;
    return whenWhole(readBody(this.#upstream.reader, this.#response.framing, this.trailers), () => {
      this.#isWhole = true;
    });
  }

  cut(): void {
    this.#upstream.socket.destroy();
  }

  release(): void {
    if (this.#isWhole && this.#response !== undefined && keepsConnection(this.#response) && this.#keep !== undefined)
      this.#keep(this.#upstream);
    else this.#upstream.socket.destroy();
  }

  #connectionLines(): string {
    if (this.#connection !== undefined) return writeFields(this.#connection);
    return this.#keep === undefined ? 'connection: close\r\n' : 'connection: keep-alive\r\n';
  }

  #responseIn(read: Head<ResponseFields> | NoMessage | Fault): ResponseHead | Fault {
    if (this.#upstream.timedOut()) return fault('timeout', 'The host did not answer in time.', 504);
    if (read.kind === 'end') return fault('no_answer', 'The host closed the connection without an answer.', 502);
    if (read.kind === 'fault') return read;
    const head = parseResponseHead(read, this.#method);
    return head.kind === 'response' && head.status === 101 && this.#connection === undefined ? switched : head;
  }

  #answerOf(response: ResponseHead): AnswerHead {
    this.#response = response;
    const { status, framing } = response;
    // Those of the connection are what the answer to a change of protocol is about.
    const fields = status === 101 ? response.fields.list : response.fields.endToEnd;
    switch (framing.kind) {
      case 'length':
        return { kind: 'answer', status, fields, content: framing.length };
      case 'none': {
        // What a GET would have brought (RFC 9110, 9.3.2): about the resource, not about this message.
        const told = this.#method === 'HEAD' ? fieldValue(response.fields.list, 'content-length') : undefined;
        const all = told === undefined ? fields : [...fields, { name: 'content-length', value: told }];
        return { kind: 'answer', status, fields: all, content: 'none' };
      }
      case 'chunked':
      case 'until_close':
        return { kind: 'answer', status, fields, content: 'stream' };
      default:
        return framing satisfies never;
    }
  }
}

const tooManyInterim: Fault = fault('interim', 'The host sent too many interim answers.', 502);
const switched: Fault = fault('switched', 'The host changed the protocol without being asked.', 502);
// POST, PUT and PATCH without content say so (RFC 9110, 8.6); for the others nothing is said.
function framingOf(method: string, length: number | undefined): string {
  if (length === undefined) return 'transfer-encoding: chunked\r\n';
  const says = length > 0 || method === 'POST' || method === 'PUT' || method === 'PATCH';
  return says ? `content-length: ${length}\r\n` : '';
}

function keepsConnection({ version, fields, framing }: ResponseHead): boolean {
  return version === 'HTTP/1.1' && framing.kind !== 'until_close' && !fields.wantsClose;
}
