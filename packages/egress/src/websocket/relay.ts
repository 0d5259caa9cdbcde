import type { EgressQuestion } from '@clawhold/spec';
import { MessageCredentials } from '../credentials/message-credentials.ts';
import { MessageScrubber } from '../credentials/message-scrubber.ts';
import { watchTunnel } from '../detection/watched-tunnel.ts';
import { isGraphqlDialect } from '../inspection/graphql-websocket.ts';
import type { Admitted, Allowed } from '../proxy/deliver.ts';
import type { OverBudget } from '../proxy/forward.ts';
import { createMessageGate } from '../proxy/message-gate.ts';
import { type Fault, fault } from '../wire/fault.ts';
import { send } from '../wire/send.ts';
import { closeFrame } from './frame.ts';
import { Inward } from './inward.ts';
import { carryOutward, type Stopped } from './outward.ts';
import type { WebSocketSide } from './websocket-request.ts';

/** Codes of RFC 6455, 7.4.1. */
const closeCodes = { protocol: 1002, policy: 1008, tooBig: 1009 } as const;

/** Both ends of an open WebSocket. */
export interface OpenWebSocket {
  readonly client: WebSocketSide & { finish(): void };
  readonly server: WebSocketSide & { readonly address: string };
  /** The sub-protocol that the server chose. */
  readonly protocol: string | undefined;
}

/**
 * Carries messages both ways until one side ends: those of the client each after its decision, those of the server as they
 * come. Returns why it was cut; undefined when it ended by itself.
 */
export async function relayWebSocket(
  { context, decided: upgrade, subject }: Admitted,
  question: EgressQuestion,
  { terms, meter }: Allowed,
  { client, server, protocol }: OpenWebSocket,
): Promise<Fault | OverBudget | undefined> {
  const { traffic } = subject;
  const { limits, hooks } = context;
  const { identity } = upgrade;
  let overBudget: OverBudget | undefined;
  const take = async (bytes: number): Promise<Stopped | undefined> => {
    if (traffic.requestBytes + bytes > terms.requestCap) return overCap;
    const spent = await meter?.(bytes);
    if (spent !== undefined) {
      overBudget = { kind: 'over_budget', reason: spent };
      return { kind: 'refused', text: spent.text };
    }
    traffic.requestBytes += bytes;
    return undefined;
  };
  const inward = new Inward({
    client,
    server,
    cap: terms.responseCap,
    count: (bytes) => (traffic.responseBytes += bytes),
    scrubber: hooks.credentials.holdsAny(identity)
      ? new MessageScrubber(() => hooks.credentials.secrets(identity))
      : undefined,
  });
  const dialect = terms.reads?.protocol === 'graphql-websocket' && isGraphqlDialect(protocol) ? protocol : undefined;
  const outgoing = carryOutward({
    client,
    server,
    gate: createMessageGate(context, upgrade, {
      question,
      url: subject.url,
      address: server.address,
      status: 101,
    }),
    credentials: new MessageCredentials(context, upgrade, terms),
    dialect,
    messageBytes: limits.webSocketMessageBytes,
    readBytes: Math.min(terms.reads?.bytes ?? limits.inspectedBodyBytes, limits.webSocketMessageBytes),
    fragments: limits.webSocketFragments,
    watch: watchTunnel(context, identity, upgrade.target.host),
    take,
  }).then(async (stopped) => {
    // A frame of our own between two of the server's; within one there is nothing but to break off.
    if (stopped !== undefined && !inward.isWithinFrame) await send(client.socket, closingFrame(stopped));
    if (stopped === undefined) server.socket.end();
    else server.socket.destroy();
    return stopped;
  });
  const broken = await inward.carry();
  if (broken === undefined) client.finish();
  else client.socket.destroy();
  const stopped = await outgoing;
  if (overBudget !== undefined) return overBudget;
  if (stopped?.kind === 'refused') return refusedMessage;
  return stopped ?? (broken?.code === 'cut_off' ? undefined : broken);
}

function closingFrame(stopped: Stopped): Buffer {
  if (stopped.kind === 'refused') return closeFrame(closeCodes.policy, stopped.text);
  const isFraming = stopped.code.startsWith('frame_') || stopped.code === 'cut_off';
  const code = stopped.status === 413 ? closeCodes.tooBig : isFraming ? closeCodes.protocol : closeCodes.policy;
  return closeFrame(code, stopped.text);
}

const overCap: Fault = fault('body_cap', 'The messages are more than the policy allows.', 413);
const refusedMessage: Fault = fault('message_refused', 'A message was refused, and the connection closed.');
