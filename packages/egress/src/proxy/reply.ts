import type { Field } from '../wire/field.ts';

/** What follows the head of an answer: nothing, so many bytes, or as many as come. */
export type ReplyContent = 'none' | 'stream' | number;

/**
 * Every answer of this proxy says what kind it is: `allowed` (a server's own answer, or the failure to get one),
 * `denied`, `ask`, or `malformed`. No server can write this field: it is taken out of what they answer.
 */
export const decisionField = 'x-clawhold-decision';

export type AnswerKind = 'allowed' | 'denied' | 'ask' | 'malformed';

/** The answer to one request, on its way back to the client. */
export interface Reply {
  /** The client reads no more of it. */
  readonly isGone: boolean;
  /** Calls back once when the client goes before the answer is there. Returns how to stop listening. */
  whenGone(listener: () => void): () => void;
  /**
   * Writes the head. The fields belong to the message; what the connection needs is added here. It may be held back for
   * the bytes that follow it.
   */
  begin(status: number, kind: AnswerKind, fields: readonly Field[], content: ReplyContent): void;
  /** To be called when those are not there yet: a head that is held back goes out when this turn of the event loop ends. */
  sendHeadSoon(): void;
  /** Writes content, and keeps it: the bytes may be gone afterwards. Undefined when the client takes more right away. */
  write(bytes: Buffer): Promise<undefined> | undefined;
  /** Ends a whole answer. Trailers go to clients that read them. */
  end(trailers: readonly Field[]): Promise<undefined> | undefined;
  /** Nothing is read from this client's connection after this answer: what was read of the request cannot be trusted. */
  makeLast(): void;
  /** Breaks the answer off, so that half of it never looks whole. */
  cut(): void;
}
