import type { EgressQuestion } from '@clawhold/spec';
import { Http1Conversation } from '../http1/http1-conversation.ts';
import { isGraphqlDialect } from '../inspection/graphql-websocket.ts';
import { type Admitted, type Allowed, fail, receive, refuseOverBudget, tell } from '../proxy/deliver.ts';
import { budgetFault, overruled, report, withdrawnFault } from '../proxy/record.ts';
import { openUpstream } from '../proxy/upstream.ts';
import { type Fault, fault } from '../wire/fault.ts';
import { acceptFields, type Chosen, makeOffer, readChoice } from '../wire/websocket-offer.ts';
import { relayWebSocket } from './relay.ts';
import type { WebSocketRequest } from './websocket-request.ts';

/** Asks a server for a WebSocket on a connection of its own, and carries its messages when it agrees. */
export async function deliverWebSocket(
  admitted: Admitted,
  question: EgressQuestion,
  webSocket: WebSocketRequest,
  allowed: Allowed,
): Promise<void> {
  const { context, incoming, underWay } = admitted;
  const { target, fields, reply } = incoming;
  const upstream = await openUpstream(context, allowed.routes, { ...target, sandbox: incoming.identity.sandbox });
  if (upstream.kind === 'fault') return fail(admitted, upstream);
  const own = makeOffer(webSocket.offer);
  const { headBytes } = context.limits;
  const options = { upstream, canRepeat: false, keep: undefined, headBytes, connection: own.fields };
  const conversation = new Http1Conversation(options);
  const heedNoMore = reply.whenGone(() => conversation.cut());
  try {
    if (underWay.withdrawn !== undefined) return tell(admitted, 'cut', null, withdrawnFault);
    const bytes = conversation.prepare({ method: 'GET', target, fields, length: 0, readsTrailers: false });
    const beyond = await allowed.meter?.(bytes);
    if (beyond !== undefined) return refuseOverBudget(admitted, { kind: 'over_budget', reason: beyond });
    await conversation.sendHead();
    const head = await conversation.answer();
    if (head.kind === 'fault') return fail(admitted, head);
    if (head.status !== 101) return await receive(admitted, allowed.terms, conversation, head);
    const chosen = choiceOf(readChoice(head.fields, own.accept, webSocket.offer), allowed);
    if (chosen.kind === 'fault') return fail(admitted, chosen);
    const client = webSocket.accept(acceptFields(webSocket.offer, chosen.protocol));
    const problem = await relayWebSocket(admitted, question, allowed, {
      client,
      server: upstream,
      protocol: chosen.protocol,
    });
    if (problem?.kind === 'over_budget')
      report(context, incoming.identity, overruled(admitted.subject, problem.reason), 'cut', 101, budgetFault);
    else tell(admitted, problem === undefined ? 'answered' : 'cut', 101, problem?.code ?? null);
  } finally {
    heedNoMore();
    conversation.release();
  }
}

/** Operations of GraphQL can be read in two sub-protocols; in any other they would pass unread. */
function choiceOf(chosen: Chosen | Fault, { terms }: Allowed): Chosen | Fault {
  const isReadable =
    terms.reads?.protocol !== 'graphql-websocket' || chosen.kind === 'fault' || isGraphqlDialect(chosen.protocol);
  return isReadable ? chosen : unreadable;
}

const unreadable: Fault = fault(
  'sub_protocol',
  'Messages here are read as GraphQL, so the sub-protocol must be graphql-transport-ws or graphql-ws.',
  502,
);
