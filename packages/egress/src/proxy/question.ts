import { createHash } from 'node:crypto';
import { needsBody } from '@clawhold/policy';
import type { Caller, Decision, EgressQuestion } from '@clawhold/spec';
import { callerOf } from '../caller/calling-program.ts';
import type { BodyNeeds } from '../hooks.ts';
import { destinationParameters } from '../inspection/destinations.ts';
import { redactBody } from '../redaction/redact-body.ts';
import { urlOf } from '../target/target.ts';
import type { Fault } from '../wire/fault.ts';
import { type Soon, whenThere } from '../wire/soon.ts';
import type { ProxyContext } from './context.ts';
import type { Outgoing } from './forward.ts';
import type { Incoming } from './incoming.ts';

/** The question that a request puts, and the body with which it will leave. */
export interface Asked {
  readonly kind: 'asked';
  readonly question: EgressQuestion;
  readonly body: Outgoing;
  /** The answer, where its head was enough for one. */
  readonly decision?: Decision | undefined;
}

/** Builds the question of a request; reads its body first when the policy says that the decision depends on it. */
export function questionOf(context: ProxyContext, incoming: Incoming): Soon<Asked | Fault> {
  const { identity, target } = incoming;
  return whenThere(callerOf(context.hooks, identity, target.host, target.port), (caller) =>
    questionBy(caller, context, incoming),
  );
}

function questionBy(caller: Caller, context: ProxyContext, incoming: Incoming): Soon<Asked | Fault> {
  const { hooks } = context;
  const { identity, method, target, body } = incoming;
  const { host, port, scheme, path, query } = target;
  const operation = { method, path, query, parameters: [] };
  const data = hooks.dataLabel(identity);
  const outline: EgressQuestion = { kind: 'egress', caller, host, port, scheme, operation, data };
  const needs = hooks.inspect(outline);
  const isByHead = needs.pointers.length === 0 && !needs.digestBody && (needs.takenOut ?? []).length === 0;
  return isByHead
    ? { kind: 'asked', question: outline, body, decision: needs.decision }
    : readFurther(context, incoming, outline, needs);
}

async function readFurther(
  context: ProxyContext,
  incoming: Incoming,
  outline: EgressQuestion,
  needs: BodyNeeds,
): Promise<Asked | Fault> {
  const { hooks, limits } = context;
  const { identity, method, target, fields, body } = incoming;
  const { takenOut = [] } = needs;
  const isRedacted = takenOut.length > 0;
  const isRead = needs.digestBody || isRedacted || needsBody(needs.pointers);
  const gathered = isRead ? await body.gather(limits.inspectedBodyBytes) : undefined;
  if (gathered !== undefined && !Buffer.isBuffer(gathered)) return gathered;
  const bytes = isRedacted && gathered !== undefined ? redactBody(context, incoming, gathered, takenOut) : gathered;
  if (bytes !== undefined && !Buffer.isBuffer(bytes)) return bytes;
  const inspected = { query: target.query, fields, body: bytes };
  const parameters = destinationParameters(needs.pointers, inspected, (value) => hooks.labelOf(identity, value));
  if ('kind' in parameters) return parameters;
  const question: EgressQuestion = {
    ...outline,
    operation: { method, path: target.path, query: target.query, parameters: [...parameters] },
    ...(needs.digestBody ? { action: digestOf(context, incoming, bytes ?? Buffer.alloc(0)) } : {}),
  };
  return { kind: 'asked', question, body: bytes ?? body };
}

/** The digest by which a grant for this very request is found. */
export function digestOf(context: ProxyContext, { method, target, fields }: Incoming, body: Buffer): string {
  const headers = fields
    .map(({ name, value }) => [name, value] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const bodyDigest = createHash('sha256').update(body).digest('hex');
  return context.hooks.requestDigest({ method, url: urlOf(target), headers, bodyDigest });
}
