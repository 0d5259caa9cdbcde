import { refusal } from '@clawhold/policy';
import type { EgressQuestion } from '@clawhold/spec';
import { callerOf } from '../caller/calling-program.ts';
import { detectedFault } from '../detection/finding.ts';
import { detectedDecision } from '../detection/refuse-detected.ts';
import { findInName, watchTunnel, withheldHost } from '../detection/watched-tunnel.ts';
import type { Client } from '../http1/client.ts';
import { isLocal } from '../local/local-door.ts';
import { type Authority, writeHost } from '../target/authority.ts';
import type { ProxyContext } from './context.ts';
import { type Inside, inspectTunnel } from './inspected-tunnel.ts';
import { judge } from './judge.ts';
import { pipeTunnel } from './raw-tunnel.ts';
import { budgetFault, overruled, report, type Subject, withdrawnFault } from './record.ts';
import { connectDoor, type TunnelDoor } from './tunnel-door.ts';
import { openUpstream } from './upstream.ts';

/** Where a tunnel leads, as CONNECT or the dialled address names it. */
export type TunnelTarget = Authority & { readonly port: number };

/** Decides on a tunnel and opens it: read inside when the decision says so, else bytes to the checked address. */
export async function openTunnel(
  context: ProxyContext,
  client: Client,
  target: TunnelTarget,
  inside: Inside,
  door: TunnelDoor = connectDoor,
): Promise<'close' | 'tunnel'> {
  // Asked for nothing yet: the requests inside go to the door of that name, which answers each.
  if (isLocal(target)) {
    door.opened(client);
    return inspectTunnel(context, client, target, 'terminate', inside);
  }
  const { identity } = client;
  const question: EgressQuestion = {
    kind: 'egress',
    caller: await callerOf(context.hooks, identity, target.host, target.port),
    host: target.host,
    port: target.port,
    scheme: 'tcp',
    data: context.hooks.dataLabel(identity),
  };
  const named = findInName(context, identity, target.host, door.method);
  if (named !== undefined) {
    const withheld = { ...question, host: withheldHost };
    report(
      context,
      identity,
      named,
      'refused',
      door.refused(client, refusal(withheld, detectedDecision), 'denied'),
      detectedFault.code,
    );
    return 'close';
  }
  const { generation } = context.underWay;
  const judgement = await judge(context, identity, question);
  const subject: Subject = {
    method: door.method,
    url: `${writeHost(target.host)}:${target.port}`,
    question,
    decision: judgement.decision,
    traffic: { requestBytes: 0, responseBytes: 0 },
  };
  if (judgement.kind === 'refused') {
    const kind = judgement.decision.kind === 'ask' ? 'ask' : 'denied';
    const status = door.refused(client, refusal(question, judgement.decision, judgement.proposal), kind);
    report(context, identity, subject, 'refused', status, null);
    return 'close';
  }
  if (judgement.kind === 'failed') {
    report(context, identity, subject, 'failed', door.failed(client, judgement.fault), judgement.fault.code);
    return 'close';
  }
  const { terms, routes, meter, decision } = judgement;
  const cut = (): unknown => client.socket.destroy();
  const underWay = context.underWay.enter({ decided: [{ question, decision }], generation, cut });
  // Also once the socket belongs to what is inside: that ends with it.
  client.socket.once('close', () => underWay.leave());
  if (terms.inspect !== undefined) {
    door.opened(client);
    return inspectTunnel(context, client, target, terms.inspect, inside);
  }
  const upstream = await openUpstream(context, routes, { sandbox: identity.sandbox, host: target.host, scheme: 'tcp' });
  if (underWay.withdrawn !== undefined) {
    if (upstream.kind !== 'fault') upstream.socket.destroy();
    report(context, identity, { ...subject, decision: underWay.withdrawn }, 'cut', null, withdrawnFault);
    return 'close';
  }
  if (upstream.kind === 'fault') {
    report(context, identity, subject, 'failed', door.failed(client, upstream), upstream.code);
    return 'close';
  }
  door.opened(client);
  const { openStatus: status } = door;
  client.allowSilence(context.limits.tunnelIdleSeconds);
  const problem = await pipeTunnel(client, upstream, target, terms, subject.traffic, {
    meter,
    isForbidden: watchTunnel(context, identity, target.host),
  });
  if (underWay.withdrawn !== undefined)
    report(context, identity, { ...subject, decision: underWay.withdrawn }, 'cut', status, withdrawnFault);
  else if (problem?.kind === 'over_budget')
    report(context, identity, overruled(subject, problem.reason), 'cut', status, budgetFault);
  else report(context, identity, subject, problem === undefined ? 'answered' : 'cut', status, problem?.code ?? null);
  return 'tunnel';
}
