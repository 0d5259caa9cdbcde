import type { ServerSentEvent } from '../event-stream.ts';
import type { JsonObject } from '../json-value.ts';
import type { TokenUsage } from '../usage.ts';
import type { Reply } from './play.ts';

/** Says in the metadata of every answer that a script gave it. */
export const rehearsalFingerprint = 'rehearsal';

/** What an answer holds beside the reply itself. */
export interface ReplyFrame {
  /** Unique for the turn of a conversation, equal when the turn is asked for again. */
  readonly id: string;
  readonly model: string;
  readonly usage: TokenUsage;
  /** The request, for what it asks of the answer's form. */
  readonly request: JsonObject;
}

/** Writes replies of the rehearsal model on one wire. */
export interface ReplyWire {
  stream(reply: Reply, frame: ReplyFrame): readonly ServerSentEvent[];
  answer(reply: Reply, frame: ReplyFrame): JsonObject;
}

/** Cuts a text as a model's tokens would. */
export function pieces(text: string): readonly string[] {
  return text.match(/.{1,32}/gsu) ?? [];
}
