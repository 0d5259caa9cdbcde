import { isMediaTypeIn, refusal } from '@clawhold/policy';
import type { Route } from '../dial/route.ts';
import type { EgressRecord, Meter } from '../hooks.ts';
import { type Target, urlOf } from '../target/target.ts';
import { wantsClose } from '../wire/end-to-end.ts';
import { type Fault, fault } from '../wire/fault.ts';
import { fieldValue } from '../wire/field.ts';
import type { RequestHead } from '../wire/request-head.ts';
import type { ResponseHead } from '../wire/response-head.ts';
import { answerFailure, answerMalformed, answerRefusal } from './answer.ts';
import type { Client } from './client.ts';
import type { ProxyContext } from './context.ts';
import { type Outgoing, type OverBudget, relayResponse, sendRequest } from './forward.ts';
import { judgeRequest } from './messages.ts';
import { questionOf } from './question.ts';
import { budgetFault, overruled, report, type Subject, withdrawnFault } from './record.ts';
import { RequestBody } from './request-body.ts';
import { SpareUpstream } from './spare-upstream.ts';
import type { Terms } from './terms.ts';
import type { UnderWay } from './under-way.ts';
import { openUpstream, readResponse, type Upstream } from './upstream.ts';

/** Whether the connection can take another request. */
export type Next = 'next' | 'close';

/** One request from its head to its answer. What is decided, recorded and sent are all written from `target`. */
export async function exchange(
  context: ProxyContext,
  client: Client,
  head: RequestHead,
  target: Target,
): Promise<Next> {
  const { generation } = context.underWay;
  const body = new RequestBody(client, head);
  const asked = await questionOf(context, client, head, target, body);
  const traffic = { requestBytes: 0, responseBytes: 0 };
  const bare: Subject = { method: head.method, url: urlOf(target), question: null, decision: null, traffic };
  if (asked.kind === 'fault') {
    answerMalformed(client, asked);
    report(context, client, bare, 'malformed', asked.status, asked.code);
    return 'close';
  }
  const judged = await judgeRequest(context, client, { head, target, body }, asked);
  if (judged.kind === 'fault') {
    answerMalformed(client, judged);
    report(context, client, bare, 'malformed', judged.status, judged.code);
    return 'close';
  }
  const { judgement, question, others } = judged;
  const subject: Subject = { ...bare, question, decision: judgement.decision, others };
  if (judgement.kind === 'go') {
    const decided = [{ question, decision: judgement.decision }, ...others];
    const underWay = context.underWay.enter({ decided, generation, cut: () => client.socket.destroy() });
    try {
      return await forward({ context, client, head, target, body, subject, underWay }, judged.body, judgement);
    } finally {
      underWay.leave();
    }
  }
  const isRead = await body.skip();
  if (judgement.kind === 'failed')
    return fail({ context, client, head, target, body, subject }, judgement.fault, isRead);
  const close = !isRead || wantsClose(head.fields);
  const kind = judgement.decision.kind === 'ask' ? 'ask' : 'denied';
  const refused = refusal(question, judgement.decision, judgement.proposal);
  answerRefusal(client, refused, kind, { close, method: head.method });
  report(context, client, subject, 'refused', 403, null);
  return close ? 'close' : 'next';
}

interface Exchange {
  readonly context: ProxyContext;
  readonly client: Client;
  readonly head: RequestHead;
  readonly target: Target;
  readonly body: RequestBody;
  readonly subject: Subject;
}

/** One that a decision let through. */
interface Admitted extends Exchange {
  readonly underWay: UnderWay;
}

async function forward(exchanged: Admitted, outgoing: Outgoing, allowed: Allowed): Promise<Next> {
  const { client, head, target } = exchanged;
  const canReuse = SpareUpstream.fits(head.method, head.framing.kind !== 'none') && !wantsClose(head.fields);
  const spare = canReuse ? client.spare.take(allowed.routes, target.scheme, target.host) : undefined;
  if (spare !== undefined) {
    const next = await withUpstream(exchanged, outgoing, allowed, spare, { canReuse, isReused: true });
    if (next !== 'stale') return next;
  }
  const upstream = await openUpstream(exchanged.context, allowed.routes, target.host, target.scheme);
  if (upstream.kind === 'fault') return fail(exchanged, upstream, await exchanged.body.skip());
  const next = await withUpstream(exchanged, outgoing, allowed, upstream, { canReuse, isReused: false });
  return next === 'stale' ? 'close' : next;
}

interface Allowed {
  readonly terms: Terms;
  readonly routes: readonly Route[];
  readonly meter: Meter | undefined;
}

interface Reuse {
  /** The connection may be kept for the client's next request. */
  readonly canReuse: boolean;
  /** It was: when it ends before a byte of an answer, the request is safe to send on a new one. */
  readonly isReused: boolean;
}

async function withUpstream(
  exchanged: Admitted,
  outgoing: Outgoing,
  allowed: Allowed,
  upstream: Upstream,
  reuse: Reuse,
): Promise<Next | 'stale'> {
  const { client, target, underWay } = exchanged;
  const hangUp = (): unknown => upstream.socket.destroy();
  if (underWay.withdrawn !== undefined) {
    hangUp();
    tell(exchanged, 'cut', null, withdrawnFault);
    return 'close';
  }
  client.socket.once('close', hangUp);
  let isKept = false;
  try {
    const { next, isClean } = await converse(exchanged, outgoing, allowed, upstream, reuse);
    isKept = isClean && next === 'next';
    return next;
  } finally {
    client.socket.off('close', hangUp);
    if (isKept && !client.socket.destroyed) client.spare.keep(upstream, target.scheme, target.host);
    else upstream.socket.destroy();
  }
}

interface Conversed {
  readonly next: Next | 'stale';
  /** The server's connection stands at the beginning of its next answer. */
  readonly isClean: boolean;
}

/** Sends and receives at the same time: a server may answer before it has read everything. */
async function converse(
  exchanged: Admitted,
  outgoing: Outgoing,
  { terms, meter }: Allowed,
  upstream: Upstream,
  { canReuse, isReused }: Reuse,
): Promise<Conversed> {
  const { context, client, head, target, body, subject } = exchanged;
  const { traffic } = subject;
  let broken: Fault | OverBudget | undefined;
  const send = async (): Promise<void> => {
    broken = await sendRequest(upstream.socket, head, target, outgoing, terms.requestCap, !canReuse, traffic, meter);
    // An unfinished request must never look finished: cut the connection instead of ending it.
    if (broken !== undefined) upstream.socket.destroy();
  };
  const sending = send();
  const response = await readResponse(upstream, head.method, context.limits.headBytes);
  if (response.kind === 'fault') {
    if (isReused && response.code === 'no_answer') return { next: 'stale', isClean: false };
    await (client.socket.destroyed ? undefined : Promise.race([sending, nextTurn()]));
    if (broken?.kind === 'over_budget') return { next: refuseOverBudget(exchanged, broken), isClean: false };
    if (broken === undefined) return { next: fail(exchanged, response, body.finished), isClean: false };
    answerMalformed(client, broken);
    tell(exchanged, 'malformed', broken.status, broken.code);
    return { next: 'close', isClean: false };
  }
  const close = !body.finished || wantsClose(head.fields);
  if (response.framing.kind === 'length' && response.framing.length > terms.responseCap) {
    const capped = fault('response_cap', 'The response is larger than the policy allows.', 502);
    return { next: fail(exchanged, capped, body.finished), isClean: false };
  }
  if (!hasAllowedType(response, terms)) return { next: fail(exchanged, otherType, body.finished), isClean: false };
  const relayed = await relayResponse(client, upstream, response, head.method, terms.responseCap, close, traffic);
  if (relayed.kind === 'whole') {
    tell(exchanged, 'answered', response.status, null);
    return { next: close ? 'close' : 'next', isClean: canReuse && keepsConnection(response) };
  }
  client.socket.destroy();
  tell(exchanged, 'cut', response.status, relayed.fault.code);
  return { next: 'close', isClean: false };
}

const otherType: Fault = fault('content_type', 'The answer is of a type that the policy does not allow.', 502);

/** An answer without a body has nothing that could be of a type. */
function hasAllowedType({ framing, fields }: ResponseHead, { mediaTypes }: Terms): boolean {
  const isEmpty = framing.kind === 'none' || (framing.kind === 'length' && framing.length === 0);
  const type = fieldValue(fields, 'content-type') ?? '';
  return isEmpty || mediaTypes.every((allowed) => isMediaTypeIn(type, allowed));
}

function keepsConnection({ version, fields, framing }: ResponseHead): boolean {
  return version === 'HTTP/1.1' && framing.kind !== 'until_close' && !wantsClose(fields);
}

/** Reports what became of it; when its permission was withdrawn meanwhile, that is what ended it. */
function tell(
  { context, client, subject, underWay }: Exchange & { readonly underWay?: UnderWay },
  outcome: EgressRecord['outcome'],
  status: number | null,
  code: string | null,
): void {
  const withdrawn = underWay?.withdrawn;
  if (withdrawn === undefined) report(context, client, subject, outcome, status, code);
  else report(context, client, { ...subject, decision: withdrawn }, 'cut', status, withdrawnFault);
}

/** Allowed, until a budget had no room for it. What had left before stays left; the client is told why no more does. */
function refuseOverBudget({ context, client, head, body, subject }: Exchange, { reason }: OverBudget): Next {
  const refused = overruled(subject, reason);
  const close = !body.finished || wantsClose(head.fields);
  if (refused.question !== null && refused.decision !== null)
    answerRefusal(client, refusal(refused.question, refused.decision), 'denied', { close, method: head.method });
  report(context, client, refused, 'refused', 403, budgetFault);
  return close ? 'close' : 'next';
}

/** The request was allowed and the other side failed. */
function fail(exchanged: Exchange & { readonly underWay?: UnderWay }, problem: Fault, isBodyRead: boolean): Next {
  const { client, head } = exchanged;
  const close = !isBodyRead || wantsClose(head.fields);
  const isAlone = client.socket.destroyed;
  const status = answerFailure(client, problem, { close, method: head.method });
  tell(exchanged, isAlone ? 'cut' : 'failed', isAlone ? null : status, problem.code);
  return close ? 'close' : 'next';
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
