import type { Target } from '../target/target.ts';
import type { Fault } from '../wire/fault.ts';
import type { Field } from '../wire/field.ts';
import type { Pieces } from '../wire/pieces.ts';
import type { Soon } from '../wire/soon.ts';
import type { ReplyContent } from './reply.ts';

/** A request as it leaves. */
export interface OutgoingHead {
  readonly method: string;
  readonly target: Target;
  /** Those of the message; what the connection needs is added by whoever writes them. */
  readonly fields: readonly Field[];
  /** Bytes of its body; undefined when it ends where it ends. */
  readonly length: number | undefined;
  readonly readsTrailers: boolean;
}

/** The head of an answer, read strictly. */
export interface AnswerHead {
  readonly kind: 'answer';
  readonly status: number;
  /** Those that belong to the message, with the `content-length` of an answer to HEAD. */
  readonly fields: readonly Field[];
  readonly content: ReplyContent;
}

/** One request on its way to a server, and the answer on its way back, in whichever version of HTTP the server speaks. */
export interface Conversation {
  readonly kind: 'conversation';
  /** It is safe to send again when its connection, used before, ends without a byte of an answer. */
  readonly canRepeat: boolean;
  /** The server takes more of the request. */
  readonly canSend: boolean;
  /** Takes the head and returns how many bytes it will be; none of them leaves yet. */
  prepare(head: OutgoingHead): number;
  sendHead(): Promise<void> | undefined;
  sendPiece(bytes: Buffer): Promise<void> | undefined;
  sendEnd(trailers: readonly Field[]): Promise<void> | undefined;
  /** Reads the head of the answer, past the interim ones, which only matter to whoever asked for them: us. */
  answer(): Soon<AnswerHead | Fault>;
  /** The content of the answer; a fault is the last thing that comes, and says that it is not whole. */
  content(): Pieces;
  /** Fields after the content, complete when that has ended. */
  readonly trailers: readonly Field[];
  /** Breaks it off on the server's side: an unfinished request must never look finished. */
  cut(): void;
  /** It is over. The connection is kept for the next request where that is safe. */
  release(): void;
}
