import { refusal } from '@clawhold/policy';
import { type Target, urlOf } from '../target/target.ts';
import { wantsClose } from '../wire/end-to-end.ts';
import { type Fault, fault } from '../wire/fault.ts';
import type { RequestHead } from '../wire/request-head.ts';
import { answerFailure, answerMalformed, answerRefusal } from './answer.ts';
import type { Client } from './client.ts';
import type { ProxyContext } from './context.ts';
import { type Outgoing, relayResponse, sendRequest } from './forward.ts';
import { judge } from './judge.ts';
import { questionOf } from './question.ts';
import { report, type Subject } from './record.ts';
import { RequestBody } from './request-body.ts';
import type { Terms } from './terms.ts';
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
  const body = new RequestBody(client, head);
  const asked = await questionOf(context, client, head, target, body);
  const traffic = { requestBytes: 0, responseBytes: 0 };
  const bare: Subject = { method: head.method, url: urlOf(target), question: null, decision: null, traffic };
  if (asked.kind === 'fault') {
    answerMalformed(client, asked);
    report(context, client, bare, 'malformed', asked.status, asked.code);
    return 'close';
  }
  const judgement = await judge(context, client.identity, asked.question);
  const subject: Subject = { ...bare, question: asked.question, decision: judgement.decision };
  if (judgement.kind === 'go') return forward({ context, client, head, target, body, subject }, asked.body, judgement);
  const next: Next = (await body.skip()) && !wantsClose(head.fields) ? 'next' : 'close';
  const end = { close: next === 'close', method: head.method };
  if (judgement.kind === 'failed') {
    const status = answerFailure(client, judgement.fault, end);
    report(context, client, subject, 'failed', status, judgement.fault.code);
  } else {
    const kind = judgement.decision.kind === 'ask' ? 'ask' : 'denied';
    answerRefusal(client, refusal(asked.question, judgement.decision, judgement.proposal), kind, end);
    report(context, client, subject, 'refused', 403, null);
  }
  return next;
}

interface Exchange {
  readonly context: ProxyContext;
  readonly client: Client;
  readonly head: RequestHead;
  readonly target: Target;
  readonly body: RequestBody;
  readonly subject: Subject;
}

async function forward(
  exchanged: Exchange,
  outgoing: Outgoing,
  allowed: { readonly terms: Terms; readonly routes: Parameters<typeof openUpstream>[1] },
): Promise<Next> {
  const { context, client, head, target, body, subject } = exchanged;
  const upstream = await openUpstream(context, allowed.routes, target.host, target.scheme);
  if (upstream.kind === 'fault') {
    const next: Next = (await body.skip()) && !wantsClose(head.fields) ? 'next' : 'close';
    const status = answerFailure(client, upstream, { close: next === 'close', method: head.method });
    report(context, client, subject, 'failed', status, upstream.code);
    return next;
  }
  const hangUp = (): unknown => upstream.socket.destroy();
  client.socket.once('close', hangUp);
  client.awaitsUpstream = true;
  try {
    return await converse(exchanged, outgoing, allowed.terms, upstream);
  } finally {
    client.awaitsUpstream = false;
    client.socket.off('close', hangUp);
    upstream.socket.destroy();
  }
}

/** Sends and receives at the same time: a server may answer before it has read everything. */
async function converse(exchanged: Exchange, outgoing: Outgoing, terms: Terms, upstream: Upstream): Promise<Next> {
  const { context, client, head, target, body, subject } = exchanged;
  const { traffic } = subject;
  let broken: Fault | undefined;
  const send = async (): Promise<void> => {
    broken = await sendRequest(upstream.socket, head, target, outgoing, terms.requestCap, traffic);
    // An unfinished request must never look finished: cut the connection instead of ending it.
    if (broken !== undefined) upstream.socket.destroy();
  };
  const sending = send();
  const response = await readResponse(upstream, head.method, context.limits.headBytes);
  if (response.kind === 'fault') {
    await (client.socket.destroyed ? undefined : Promise.race([sending, nextTurn()]));
    if (broken !== undefined) {
      answerMalformed(client, broken);
      report(context, client, subject, 'malformed', broken.status, broken.code);
      return 'close';
    }
    const close = !body.finished || wantsClose(head.fields);
    const status = answerFailure(client, response, { close, method: head.method });
    report(context, client, subject, client.socket.destroyed ? 'cut' : 'failed', status, response.code);
    return close ? 'close' : 'next';
  }
  const close = !body.finished || wantsClose(head.fields);
  const tooLong = response.framing.kind === 'length' && response.framing.length > terms.responseCap;
  if (tooLong) {
    const capped = fault('response_cap', 'The response is larger than the policy allows.', 502);
    report(
      context,
      client,
      subject,
      'failed',
      answerFailure(client, capped, { close, method: head.method }),
      capped.code,
    );
    return close ? 'close' : 'next';
  }
  const relayed = await relayResponse(client, upstream, response, head.method, terms.responseCap, close, traffic);
  if (relayed.kind === 'whole') {
    report(context, client, subject, 'answered', response.status, null);
    return close ? 'close' : 'next';
  }
  client.socket.destroy();
  report(context, client, subject, 'cut', response.status, relayed.fault.code);
  return 'close';
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
