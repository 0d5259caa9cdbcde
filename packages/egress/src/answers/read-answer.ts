import type { ProxyContext } from '../proxy/context.ts';
import type { AnswerHead, Conversation } from '../proxy/conversation.ts';
import type { PassingAnswer } from '../proxy/forward.ts';
import type { Incoming } from '../proxy/incoming.ts';
import type { Subject } from '../proxy/record.ts';
import type { Terms } from '../proxy/terms.ts';
import type { Fault } from '../wire/fault.ts';
import { type Field, fieldValue } from '../wire/field.ts';
import { type Pieces, piecesOf, watchPieces } from '../wire/pieces.ts';
import type { Soon } from '../wire/soon.ts';
import { type AnswerReader, createAnswerReader, isAnswerRead } from './answer-reader.ts';
import { readEvents } from './event-answer.ts';
import { readWhole } from './whole-answer.ts';

interface Answered {
  readonly context: ProxyContext;
  /** The request as it was decided, without credentials. */
  readonly decided: Incoming;
  readonly subject: Subject;
}

/** Reads an answer before it passes, where the policy wants that; any other streams as it comes. */
export function readAnswer(
  answered: Answered,
  terms: Terms,
  conversation: Conversation,
  head: AnswerHead,
): Soon<PassingAnswer | Fault> {
  if (isAnswerRead(answered.subject, terms)) return read(answered, terms, conversation, head);
  return { kind: 'passing', head, content: conversation.content() };
}

async function read(
  { context, decided, subject }: Answered,
  terms: Terms,
  conversation: Conversation,
  head: AnswerHead,
): Promise<PassingAnswer | Fault> {
  const content = conversation.content();
  const reader = createAnswerReader(context, decided, subject, terms, head.status);
  const objection = objectionIn(head.fields, reader);
  if (objection !== undefined) return objection;
  if (head.content === 'none' || head.content === 0) return { kind: 'passing', head, content };
  const memory = context.shares.answers(decided.identity.sandbox);
  const answer = isEventStream(head.fields)
    ? {
        kind: 'passing' as const,
        head: { ...head, content: 'stream' as const },
        content: piecesOf(readEvents(content, reader, memory)),
      }
    : await readWhole(head, content, reader, memory);
  if (answer.kind === 'fault') return answer;
  return { ...answer, content: withTrailers(answer.content, () => objectionIn(conversation.trailers, reader)) };
}

/** What comes after the content is looked at when it is there. */
function withTrailers(content: Pieces, objection: () => Fault | undefined): Pieces {
  return watchPieces(content, (piece) => piece ?? objection());
}

/** Fields of the head, or those that come after the content. */
function objectionIn(fields: readonly Field[], { objection }: AnswerReader): Fault | undefined {
  if (objection === undefined) return undefined;
  for (const { name, value } of fields) {
    const found = objection(`the header ${name.slice(0, 40)}`, Buffer.from(value, 'latin1'));
    if (found !== undefined) return found;
  }
  return undefined;
}

function isEventStream(fields: readonly Field[]): boolean {
  return /^text\/event-stream *(?:;|$)/i.test(fieldValue(fields, 'content-type') ?? '');
}
