import type { Reason } from '@clawhold/spec';
import type { Meter } from '../hooks.ts';
import { type Fault, fault } from '../wire/fault.ts';
import { type Pieces, piecesBefore, takeEach } from '../wire/pieces.ts';
import { type Soon, whenThere } from '../wire/soon.ts';
import { passedTrailers } from '../wire/trailers.ts';
import { writeFields } from '../wire/write-head.ts';
import type { AnswerHead, Conversation } from './conversation.ts';
import type { Incoming } from './incoming.ts';
import type { Reply } from './reply.ts';
import type { RequestBody } from './request-body.ts';

/** How many bytes of content went which way. */
export interface Traffic {
  requestBytes: number;
  responseBytes: number;
}

/** A budget has no room for what would pass next. */
export interface OverBudget {
  readonly kind: 'over_budget';
  readonly reason: Reason;
}

/** A body that was read for the decision, or one that still streams. */
export type Outgoing = Buffer | RequestBody;

/** What bounds a request on its way out. */
interface OutwardBounds {
  /** Bytes of its body. */
  readonly cap: number;
  readonly meter: Meter | undefined;
}

/**
 * Writes the request anew from its decided parts and streams its body. Returns what was wrong with the body, or that no
 * budget is left for it; then the request must not be completed.
 */
export function sendRequest(
  conversation: Conversation,
  { method, target, fields, readsTrailers }: Incoming,
  body: Outgoing,
  traffic: Traffic,
  bounds: OutwardBounds,
): Soon<Fault | OverBudget | undefined> {
  const { length } = body;
  if ((length ?? 0) > bounds.cap) return overCap;
  const headBytes = conversation.prepare({ method, target, fields, length, readsTrailers });
  if (length !== 0 || bounds.meter !== undefined) return sendPieces(conversation, headBytes, body, traffic, bounds);
  return whenThere(conversation.sendHead(), () => whenThere(conversation.sendEnd([]), () => undefined));
}

async function sendPieces(
  conversation: Conversation,
  headBytes: number,
  body: Outgoing,
  traffic: Traffic,
  { cap, meter }: OutwardBounds,
): Promise<Fault | OverBudget | undefined> {
  const { length } = body;
  // What is known beforehand is taken as a whole: a request that does not fit is refused, not begun.
  const beyond = await meter?.(headBytes + (length ?? 0));
  if (beyond !== undefined) return { kind: 'over_budget', reason: beyond };
  await conversation.sendHead();
  const pieces = Buffer.isBuffer(body) ? piecesBefore(body) : body.pieces();
  for (;;) {
    const next = pieces.next();
    const piece = next instanceof Promise ? await next : next;
    if (piece === undefined) break;
    if (!Buffer.isBuffer(piece)) return piece;
    if (traffic.requestBytes + piece.length > cap) return overCap;
    const spent = length === undefined ? await meter?.(piece.length) : undefined;
    if (spent !== undefined) return { kind: 'over_budget', reason: spent };
    traffic.requestBytes += piece.length;
    if (!conversation.canSend) return undefined; // the other side answered early or is gone; its answer tells
    await conversation.sendPiece(piece);
  }
  const trailers = Buffer.isBuffer(body) ? [] : passedTrailers(body.trailers);
  const over = trailers.length > 0 ? await meter?.(writeFields(trailers).length) : undefined;
  if (over !== undefined) return { kind: 'over_budget', reason: over };
  await conversation.sendEnd(trailers);
  return undefined;
}

const overCap: Fault = fault('body_cap', 'The request body is larger than the policy allows.', 413);

/** An answer as it goes back: what its server said, or what is left of that. */
export interface PassingAnswer {
  readonly kind: 'passing';
  readonly head: AnswerHead;
  readonly content: Pieces;
}

/** Writes the answer anew and streams its content. Returns why it was broken off in its middle; undefined when it is whole. */
export function relayAnswer(
  reply: Reply,
  conversation: Conversation,
  { head, content }: PassingAnswer,
  cap: number,
  traffic: Traffic,
): Soon<Fault | undefined> {
  reply.begin(head.status, 'allowed', head.fields, head.content);
  const relaying = takeEach(content, (piece): Soon<Fault | undefined> => {
    if (!Buffer.isBuffer(piece)) return piece;
    if (traffic.responseBytes + piece.length > cap) return overResponseCap;
    traffic.responseBytes += piece.length;
    return reply.isGone ? clientGone : reply.write(piece);
  });
  if (relaying instanceof Promise) reply.sendHeadSoon();
  return whenThere(relaying, (broken) => broken ?? reply.end(passedTrailers(conversation.trailers)));
}

const clientGone: Fault = fault('client_gone', 'The client closed the connection.');

/** The answer is, or becomes, larger than what may come back. */
export const overResponseCap: Fault = fault('response_cap', 'The response is larger than the policy allows.', 502);
