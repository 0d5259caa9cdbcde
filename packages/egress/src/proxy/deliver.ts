import { isMediaTypeIn, refusal } from '@clawhold/policy';
import { isCompressed, unreadableAnswer } from '../answers/compressed.ts';
import { readAnswer } from '../answers/read-answer.ts';
import { detectedFault } from '../detection/finding.ts';
import { refuseDetected } from '../detection/refuse-detected.ts';
import type { Route } from '../dial/route.ts';
import type { EgressRecord, Meter } from '../hooks.ts';
import { type Fault, fault } from '../wire/fault.ts';
import { fieldValue } from '../wire/field.ts';
import { type Soon, whenThere } from '../wire/soon.ts';
import { answerFailure, answerMalformed, answerRefusal } from './answer.ts';
import type { ProxyContext } from './context.ts';
import type { AnswerHead, Conversation } from './conversation.ts';
import { type Outgoing, type OverBudget, overResponseCap, relayAnswer, sendRequest } from './forward.ts';
import type { Incoming } from './incoming.ts';
import { budgetFault, overruled, report, type Subject, withdrawnFault } from './record.ts';
import type { Terms } from './terms.ts';
import type { UnderWay } from './under-way.ts';

/** A request that a decision let through. */
export interface Admitted {
  readonly context: ProxyContext;
  readonly incoming: Incoming;
  /** The same as it was decided: without the credentials that are filled in. */
  readonly decided: Incoming;
  readonly subject: Subject;
  readonly underWay: UnderWay;
}

/** Where it may go, and under which terms. */
export interface Allowed {
  readonly terms: Terms;
  readonly routes: readonly Route[];
  readonly meter: Meter | undefined;
}

/** Brings a request to its server and the answer back, once. */
export async function deliver(admitted: Admitted, outgoing: Outgoing, allowed: Allowed): Promise<void> {
  const { context, incoming } = admitted;
  const { identity, method, target, version, body, isLast, reply } = incoming;
  const departure = {
    sandbox: identity.sandbox,
    method,
    target,
    isLast,
    hasBody: body.length !== 0,
    mayUseHttp2: version === 'h2',
  };
  for (const isFresh of [false, true]) {
    const opening = incoming.upstreams.open(context, allowed.routes, departure, isFresh);
    const conversation = opening instanceof Promise ? await opening : opening;
    if (conversation.kind === 'fault') {
      await body.skip();
      return fail(admitted, conversation);
    }
    if (admitted.underWay.withdrawn !== undefined) return withdraw(admitted, conversation);
    const heedNoMore = reply.whenGone(() => conversation.cut());
    try {
      const sending = new Sending(admitted, outgoing, allowed, conversation);
      // At the same time: a server may answer before it has read everything.
      const answering = conversation.answer();
      const head = answering instanceof Promise ? await answering : answering;
      if (head.kind === 'answer') {
        const receiving = receive(admitted, allowed.terms, conversation, head);
        return receiving instanceof Promise ? await receiving : receiving;
      }
      if ((await endWithout(admitted, conversation, sending, head)) === 'done') return;
    } finally {
      heedNoMore();
      conversation.release();
    }
  }
}

/** Its permission ended before it could begin. */
function withdraw(admitted: Admitted, conversation: Conversation): void {
  conversation.cut();
  tell(admitted, 'cut', null, withdrawnFault);
  admitted.incoming.reply.cut();
}

/** A request on its way out. */
class Sending {
  readonly done: Soon<void>;
  /** What was wrong with it, once that is known. */
  broken: Fault | OverBudget | undefined;

  constructor(
    { incoming, subject, underWay }: Admitted,
    outgoing: Outgoing,
    { terms, meter }: Allowed,
    conversation: Conversation,
  ) {
    const bounds = { cap: terms.requestCap, meter };
    const sent = sendRequest(conversation, incoming, outgoing, subject.traffic, bounds);
    this.done = whenThere(sent, (problem) => {
      this.broken = problem;
      if (problem !== undefined) conversation.cut();
      underWay.sent();
    });
  }
}

/**
 * The server gave no answer; perhaps because the request was broken off. `stale`: the kept connection had ended before a
 * byte of an answer, and the request is safe to send on a new one.
 */
async function endWithout(
  admitted: Admitted,
  conversation: Conversation,
  sending: Sending,
  problem: Fault,
): Promise<'done' | 'stale'> {
  const { context, incoming, subject } = admitted;
  const { isGone } = incoming.reply;
  if (conversation.canRepeat && problem.code === 'no_answer' && !isGone) return 'stale';
  if (!isGone) await Promise.race([sending.done, nextTurn()]);
  const { broken } = sending;
  if (broken?.kind === 'over_budget') refuseOverBudget(admitted, broken);
  else if (broken === detectedFault) refuseDetected(context, incoming, subject);
  else if (broken === undefined) fail(admitted, problem);
  else {
    answerMalformed(incoming, broken);
    tell(admitted, 'malformed', broken.status, broken.code);
  }
  return 'done';
}

/** Lets an answer back, as far as the terms want it. */
export function receive(admitted: Admitted, terms: Terms, conversation: Conversation, head: AnswerHead): Soon<void> {
  const { incoming, subject } = admitted;
  const { reply } = incoming;
  const unwanted = whyUnwanted(head, terms);
  if (unwanted !== undefined) return fail(admitted, unwanted);
  return whenThere(readAnswer(admitted, terms, conversation, head), (answer) => {
    if (answer.kind === 'fault') return fail(admitted, answer);
    const relaying = relayAnswer(reply, conversation, answer, terms.responseCap, subject.traffic);
    return whenThere(relaying, (broken) => {
      if (broken === undefined) return tell(admitted, 'answered', head.status, null);
      reply.cut();
      return tell(admitted, 'cut', head.status, broken.code);
    });
  });
}

/** Why nothing of an answer may come back; an answer without content has nothing that could be of a type. */
function whyUnwanted(
  { content, fields }: AnswerHead,
  { responseCap, mediaTypes, readsAnswer }: Terms,
): Fault | undefined {
  if (content === 'none' || content === 0) return undefined;
  if (content !== 'stream' && content > responseCap) return overResponseCap;
  if (readsAnswer && isCompressed(fields)) return unreadableAnswer;
  const type = fieldValue(fields, 'content-type') ?? '';
  return mediaTypes.every((allowed) => isMediaTypeIn(type, allowed)) ? undefined : otherType;
}

const otherType: Fault = fault('content_type', 'The answer is of a type that the policy does not allow.', 502);

/** Reports what became of it; when its permission was withdrawn meanwhile, that is what ended it. */
export function tell(
  { context, incoming, subject, underWay }: Admitted,
  outcome: EgressRecord['outcome'],
  status: number | null,
  code: string | null,
): void {
  const { identity } = incoming;
  const { withdrawn } = underWay;
  if (withdrawn === undefined) report(context, identity, subject, outcome, status, code);
  else report(context, identity, { ...subject, decision: withdrawn }, 'cut', status, withdrawnFault);
}

/** Allowed, until a budget had no room for it. What had left before stays left; the client is told why no more does. */
export function refuseOverBudget({ context, incoming, subject }: Admitted, { reason }: OverBudget): void {
  const refused = overruled(subject, reason);
  if (refused.question !== null && refused.decision !== null)
    answerRefusal(incoming, refusal(refused.question, refused.decision), 'denied');
  report(context, incoming.identity, refused, 'refused', 403, budgetFault);
}

/** The request was allowed and the other side failed. */
export function fail(admitted: Admitted, problem: Fault): void {
  const { isGone } = admitted.incoming.reply;
  const status = answerFailure(admitted.incoming, problem);
  tell(admitted, isGone ? 'cut' : 'failed', isGone ? null : status, problem.code);
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
