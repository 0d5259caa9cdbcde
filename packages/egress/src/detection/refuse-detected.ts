import { refusal } from '@clawhold/policy';
import type { Decision, EgressQuestion } from '@clawhold/spec';
import { answerRefusal } from '../proxy/answer.ts';
import type { ProxyContext } from '../proxy/context.ts';
import type { Incoming } from '../proxy/incoming.ts';
import { report, type Subject } from '../proxy/record.ts';
import { detectedFault } from './finding.ts';

/** Not the policy's, and no policy changes it. */
export const detectedDecision: Decision = {
  kind: 'deny',
  reasons: [{ code: 'hard_block', text: detectedFault.text }],
  rules: [],
  obligations: [{ kind: 'record', durability: 'durable' }],
  policy: '0'.repeat(64),
};

/** Refuses a request in which a value was found that must not leave. The finding itself was told before. */
export function refuseDetected(context: ProxyContext, incoming: Incoming, subject: Subject): void {
  const { identity, method, target } = incoming;
  const question: EgressQuestion = {
    kind: 'egress',
    caller: { agent: identity.agent },
    host: target.host,
    port: target.port,
    scheme: target.scheme,
    operation: { method, path: target.path, query: target.query, parameters: [] },
    data: context.hooks.dataLabel(identity),
  };
  // What was read of the request is not all of it.
  incoming.reply.makeLast();
  answerRefusal(incoming, refusal(question, detectedDecision), 'denied');
  report(context, identity, { ...subject, decision: detectedDecision }, 'refused', 403, detectedFault.code);
}
