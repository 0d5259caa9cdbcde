import type { Decision, EgressQuestion, Inspector, Reason } from '@clawhold/spec';
import { type LookedThrough, withholdFrom } from '../detection/withheld-question.ts';
import { type Route, writeRoute } from '../dial/route.ts';
import type { Admission, Decided, Identity, Meter } from '../hooks.ts';
import type { Fault } from '../wire/fault.ts';
import { type Soon, whenThere } from '../wire/soon.ts';
import type { ProxyContext } from './context.ts';
import { bothTerms, readTerms, type Terms } from './terms.ts';

/** What came of a question, with everything done that must be done before the effect. */
export type Judgement =
  | {
      readonly kind: 'go';
      readonly decision: Decision;
      readonly terms: Terms;
      /** Empty when the tunnel is read inside: then nothing is dialled for the tunnel itself. */
      readonly routes: readonly Route[];
      readonly meter: Meter | undefined;
    }
  | {
      readonly kind: 'refused';
      /** As it was recorded: without what nobody may read there. */
      readonly question: EgressQuestion;
      readonly decision: Decision;
      readonly proposal: string | undefined;
    }
  /** Allowed, but the host's name cannot be resolved. */
  | { readonly kind: 'failed'; readonly decision: Decision; readonly fault: Fault };

/**
 * Asks the one decision, finds and checks where the request would go, and waits until the supervisor has recorded it and
 * taken what it reserves. The order matters: the address is part of what is recorded, and nothing is sent before.
 */
export function judge(
  context: ProxyContext,
  identity: Identity,
  question: EgressQuestion,
  options: JudgingOptions = {},
): Soon<Judgement> {
  return whenThere(options.decision ?? decide(context, question), (decision) =>
    follow(context, identity, { question, decision }, options),
  );
}

/** Does what a decision wants. */
function follow(
  context: ProxyContext,
  identity: Identity,
  { question, decision }: Allowed,
  { check, isUpgrade = false }: JudgingOptions,
): Soon<Judgement> {
  if (decision.kind !== 'allow') return refuse(context, identity, question, decision);
  const terms = termsOf(context, { question, decision });
  // Rules about requests say nothing about what goes through it afterwards.
  if (isUpgrade && !isWebSocket(terms.reads?.protocol))
    return refuse(context, identity, question, overrule(decision, noWebSocket));
  if (isReadFurther(question, terms)) return { kind: 'go', decision, terms, routes: [], meter: undefined };
  if (question.operation === undefined && (context.hooks.inspect(question).takenOut ?? []).length > 0)
    return refuse(context, identity, question, overrule(decision, unread));
  return settle(context, identity, [{ question, decision }], terms, check);
}

/** What a decision demands, and the bound for all answers. Of a tunnel that passes unread nobody knows what an answer is. */
function termsOf({ limits }: ProxyContext, { question, decision }: Allowed): Terms {
  return readTerms(decision, question.operation === undefined ? undefined : limits.responseBytes);
}

const unread: Reason = {
  code: 'hard_block',
  text: 'The policy takes data out of requests to this host (`network_middlewares`), and this connection is not read.',
};

/** Nothing happens yet: what is inside a tunnel, or behind a head, is asked about by itself. */
function isReadFurther({ operation }: EgressQuestion, { inspect, reads }: Terms): boolean {
  if (operation === undefined) return inspect !== undefined;
  // The upgrade to a WebSocket is sent before there are messages.
  return reads !== undefined && operation.message === undefined && !isWebSocket(reads.protocol);
}

/** Why what is allowed must not leave as it is. */
export interface Objection {
  readonly reason: Reason;
  /** Where something was found that no record may hold. */
  readonly found?: LookedThrough;
}

/** Asked before a request is recorded as allowed. */
export type Check = (terms: Terms) => Soon<Objection | undefined>;

interface JudgingOptions {
  readonly check?: Check;
  /** What was decided already. Default: it is asked. */
  readonly decision?: Decision | undefined;
  /** The request asks for a WebSocket. */
  readonly isUpgrade?: boolean;
}

/** Whether the messages to read are those of a WebSocket. */
export function isWebSocket(protocol: Inspector | undefined): boolean {
  return protocol === 'websocket' || protocol === 'graphql-websocket';
}

const noWebSocket: Reason = {
  code: 'default',
  text: 'A WebSocket is opened where the policy has an endpoint with `protocol: websocket`.',
};

/** A question that the policy has allowed. */
export interface Allowed {
  readonly question: EgressQuestion;
  readonly decision: Decision;
}

/** Does what must be done before a request leaves, for every message that is in it. They all go to one host. */
export function settleAll(
  context: ProxyContext,
  identity: Identity,
  allowed: readonly [Allowed, ...Allowed[]],
  check: Check,
): Soon<Judgement> {
  const [first, ...others] = allowed;
  const terms = others.map((one) => termsOf(context, one)).reduce(bothTerms, termsOf(context, first));
  return settle(context, identity, allowed, terms, check);
}

function settle(
  context: ProxyContext,
  identity: Identity,
  allowed: readonly [Allowed, ...Allowed[]],
  terms: Terms,
  check?: Check,
): Soon<Judgement> {
  const [{ question, decision }] = allowed;
  return whenThere(check?.(terms), (objection) => {
    if (objection !== undefined) {
      const { reason, found } = objection;
      const shown = found === undefined ? question : withholdFrom(question, found);
      return refuse(context, identity, shown, overrule(decision, reason));
    }
    return whenThere(findRoutes(context, identity, question, terms), (found) => {
      if (found.kind === 'fault') return { kind: 'failed', decision, fault: found };
      if (found.kind === 'refused') return refuse(context, identity, question, overrule(decision, found.reason));
      const { routes } = found;
      return whenThere(admitAll(context, identity, allowed, routes), (admitted) =>
        admitted.kind === 'refused' ? admitted : { kind: 'go', decision, terms, routes, meter: admitted.meter },
      );
    });
  });
}

/** Records each message and takes what it reserves, one after the other, up to the first that is refused. */
function admitAll(
  context: ProxyContext,
  identity: Identity,
  allowed: readonly Allowed[],
  [route]: readonly Route[],
): Soon<Extract<Judgement, { kind: 'refused' }> | Extract<Admission, { kind: 'go' }>> {
  const address = route === undefined ? null : writeRoute(route);
  const admitFrom = (index: number, meter: Meter | undefined): ReturnType<typeof admitAll> => {
    const one = allowed[index];
    if (one === undefined) return { kind: 'go', meter };
    const { question, decision } = one;
    return whenThere(admit(context, { identity, question, decision, address }), (admission) =>
      admission.kind === 'refused'
        ? { kind: 'refused', question, decision: overrule(decision, admission.reason), proposal: undefined }
        : // Every message draws from the same budgets, and the bytes of the request pass once.
          admitFrom(index + 1, meter ?? admission.meter),
    );
  };
  return admitFrom(0, undefined);
}

/** The decision; one that cannot be made is no. */
export function decide({ hooks }: ProxyContext, question: EgressQuestion): Soon<Decision> {
  return unlessFailed(() => hooks.decide(question), undecided);
}

const undecided: Decision = {
  kind: 'deny',
  reasons: [{ code: 'default', text: 'The decision could not be made, so the answer is no.' }],
  rules: [],
  obligations: [{ kind: 'record', durability: 'durable' }],
  policy: '0'.repeat(64),
};

/** Records a refusal, and puts it before a person when one can say yes. */
export async function refuse(
  context: ProxyContext,
  identity: Identity,
  question: EgressQuestion,
  decision: Decision,
): Promise<Judgement> {
  const decided = { identity, question, decision, address: null };
  const admission = await admit(context, decided);
  if (decision.kind !== 'ask' || admission.kind === 'refused')
    return { kind: 'refused', question, decision, proposal: undefined };
  // A question that cannot be put forward is still no.
  const proposal = await propose(context, decided);
  return { kind: 'refused', question, decision, proposal };
}

async function propose(context: ProxyContext, decided: Decided): Promise<string | undefined> {
  try {
    return (await context.hooks.propose(decided)) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Records what was decided and takes what it reserves; when that fails the answer is no. */
export function admit({ hooks }: ProxyContext, decided: Decided): Soon<Admission> {
  return unlessFailed(() => hooks.before(decided), unrecorded);
}

const unrecorded: Admission = {
  kind: 'refused',
  reason: { code: 'default', text: 'The request could not be recorded before it left, so it was not sent.' },
};

/** What a hook says; one that throws or rejects is answered with no. */
function unlessFailed<Answer>(ask: () => Soon<Answer>, no: Answer): Soon<Answer> {
  try {
    const answer = ask();
    return answer instanceof Promise ? answer.catch(() => no) : answer;
  } catch {
    return no;
  }
}

type Routes =
  | { readonly kind: 'routes'; readonly routes: readonly Route[] }
  | { readonly kind: 'refused'; readonly reason: Reason }
  | Fault;

function findRoutes(
  { services, dialler }: ProxyContext,
  identity: Identity,
  { host, port }: EgressQuestion,
  { service, addresses }: Terms,
): Soon<Routes> {
  if (service !== undefined) {
    if (addresses.length > 0) return { kind: 'refused', reason: serviceHasNone };
    return whenThere(services.locate(service, identity), (route) =>
      route.kind === 'refused' || route.kind === 'fault' ? route : { kind: 'routes', routes: [route] },
    );
  }
  return whenThere(dialler.check(host, identity.sandbox, addresses), (checked) =>
    checked.kind === 'addresses'
      ? { kind: 'routes', routes: checked.addresses.map((address) => ({ kind: 'address', address, port })) }
      : checked,
  );
}

const serviceHasNone: Reason = {
  code: 'hard_block',
  text: 'The host is a service of this machine, and the policy names the addresses that it must have (`allowed_ips`).',
};

/** An allow that turned into a deny after the policy had spoken. */
export function overrule(decision: Decision, reason: Reason): Decision {
  return { ...decision, kind: 'deny', reasons: [reason], obligations: [{ kind: 'record', durability: 'durable' }] };
}
