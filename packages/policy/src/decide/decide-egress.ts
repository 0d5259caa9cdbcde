import type { Decision, EgressQuestion, Obligation, Reason, Usage } from '@clawhold/spec';
import type { CompiledEndpoint, Grounds } from '../compile/compiled-endpoint.ts';
import type { CompiledGrant, Snapshot } from '../compile/snapshot.ts';
import { abnormal } from '../request/normal-form.ts';
import { egressBudgets, wallBudget } from './budgets.ts';
import { describeMessage } from './describe-message.ts';
import { Draft, durable, recordOf } from './draft.ts';
import { effectOf } from './effect.ts';
import { egressObligations, responseIntegrity } from './egress-obligations.ts';
import { applyFlows, isLessGuarded } from './flow-rules.ts';
import { grantedRule } from './granted-rule.ts';
import { bothNeed, headIsSent, type InspectorNeed } from './inspector-need.ts';
import { type EndpointMatch, matchEndpoints } from './match-endpoints.ts';
import { openForOthers, otherCallerReason } from './other-caller.ts';
import { hardBlock } from './platform.ts';
import { unreadableReason } from './unreadable.ts';

type Matches = readonly EndpointMatch[];

export function decideEgress(question: EgressQuestion, snapshot: Snapshot, usage: Usage, now: number): Decision {
  const draft = new Draft(snapshot);
  const { operation } = question;
  const blocked = hardBlock(question.host) ?? (operation === undefined ? undefined : abnormal(operation));
  if (blocked !== undefined) return draft.deny({ code: 'hard_block', text: blocked });

  const documents = snapshot.networks.map((layer) => matchEndpoints(layer, question));
  for (const { forbidden } of documents)
    if (forbidden !== undefined) return draft.deny(forbidden.reason, forbidden.rule);
  const granted = isOpened(documents) ? undefined : grantedRule(question, snapshot, usage, now);
  const matches: Matches = granted === undefined ? documents : [...documents, granted.match];
  let need: InspectorNeed = null;
  for (const match of matches) need = bothNeed(need, match.need);
  const unreadable = unreadableReason(matches, need, operation);
  if (unreadable !== undefined) return draft.deny(unreadable.reason, ...unreadable.rules);
  const service = snapshot.services.size > 0 && snapshot.services.has(question.host);
  const beyond = applyCeiling(draft, matches, service);
  if (beyond) return draft.deny(beyondCeiling(question));

  // Until messages are read there is nothing to say about them but that they must be.
  const undecided = operation === undefined ? matches.some(({ inspect }) => inspect) : !headIsSent(need);
  const demanding = demandingOf(matches);
  if (!undecided) {
    const forbidden =
      forbiddenData(draft, question, demanding) ?? movementForbidden(draft, question, snapshot, demanding, service);
    if (forbidden !== undefined) return forbidden;
  }
  const grounds = applyRules(draft, matches);
  const learning = grounds === undefined && snapshot.learnsUntil !== null && now < snapshot.learnsUntil;
  if (grounds === undefined && !learning) {
    const others = openForOthers(matches, question);
    if (others === undefined) return draft.deny(noRule(question));
    return draft.deny(otherCallerReason(describeTarget(question), others, question), others.rule);
  }

  const spent = wallBudget(snapshot, usage);
  if (spent !== undefined) return draft.deny(spent.exceeded, spent.rule);
  const inspect = operation === undefined && (undecided || learning);
  const sends = !undecided && !inspect;
  const meters = sends ? egressBudgets(snapshot, usage) : nothing;
  if ('exceeded' in meters) return draft.deny(meters.exceeded, meters.rule);
  const taken = sends && granted !== undefined ? [...meters, oneUse(granted.grant)] : meters;
  const reading = inspect ? 'rest' : need === 'conflict' ? null : need;
  // What no document opens is on record before it happens, reads too.
  const isExceptional = learning || granted !== undefined;
  const record = sends && isExceptional ? durable : recordOf(sends ? effectOf(question, matches) : 'read');
  const obligations = egressObligations(question, { service, reading, sends, demanding, learning, taken, record });
  return draft.settle(grounds ?? learningReason, question.action, usage, now, obligations);
}

/** Whether a rule of a document says that it may be, or that a person may say so. */
function isOpened(matches: Matches): boolean {
  return matches.some(({ layer, verdict }) => layer.name !== 'ceiling' && verdict !== 'none');
}

function oneUse({ counter, uses }: CompiledGrant): Obligation {
  return { kind: 'reserve', counter, amount: 1, limit: uses };
}

const nothing: readonly Obligation[] = Object.freeze([]);

const learningReason: Reason = Object.freeze({
  code: 'default',
  text: 'No rule allows this; the policy is learning, so it is let through and proposed as a rule.',
});

/** The denial when an endpoint keeps data with this label in. */
function forbiddenData(
  draft: Draft,
  { data }: EgressQuestion,
  demanding: readonly CompiledEndpoint[],
): Decision | undefined {
  for (const { terms } of demanding) {
    const forbids = terms?.forbids ?? null;
    if (forbids !== null && !isLessGuarded(data.confidentiality, forbids.level))
      return draft.deny(forbids.grounds.reason, forbids.grounds.rule);
  }
  return undefined;
}

function movementForbidden(
  draft: Draft,
  { operation, data, host }: EgressQuestion,
  snapshot: Snapshot,
  demanding: readonly CompiledEndpoint[],
  service: boolean,
): Decision | undefined {
  if (snapshot.flows.length === 0) return undefined;
  const company = service || responseIntegrity(demanding) === 'local';
  const reader = company ? 'internal' : 'external';
  return applyFlows(draft, snapshot, { parameters: operation?.parameters ?? [], data, reader, to: host });
}

/** True when the ceiling does not reach that far. */
function applyCeiling(draft: Draft, matches: Matches, service: boolean): boolean {
  for (const match of matches) {
    const { layer, verdict, grounds } = match;
    if (layer.name !== 'ceiling' || layer.network === null) continue;
    // A service that the ceiling names is within it, unless its rules say more about that host.
    const bounds = !(service && match.selected.length === 0);
    if (bounds && verdict === 'none') return true;
    if (verdict === 'ask' && grounds !== undefined) draft.ask(grounds.reason, grounds.rule);
  }
  return false;
}

/** Why it may be; undefined when no rule below the ceiling says so. Asking in one layer is asking. */
function applyRules(draft: Draft, matches: Matches): Grounds | undefined {
  let first: Grounds | undefined;
  let ask: Grounds | undefined;
  for (const { layer, verdict, grounds } of matches) {
    if (layer.name === 'ceiling' || verdict === 'none') continue;
    first ??= grounds;
    if (verdict === 'ask') ask ??= grounds;
  }
  if (ask !== undefined) draft.ask(ask.reason, ask.rule);
  return first;
}

function demandingOf(matches: Matches): readonly CompiledEndpoint[] {
  const [only] = matches;
  return only !== undefined && matches.length === 1 ? only.demanding : matches.flatMap(({ demanding }) => demanding);
}

function beyondCeiling(question: EgressQuestion): Reason {
  return { code: 'beyond_ceiling', text: `The organisation's ceiling does not allow ${describeTarget(question)}.` };
}

function noRule(question: EgressQuestion): Reason {
  return { code: 'no_rule', text: `No rule allows ${describeTarget(question)}.` };
}

/** `host:port`, or the method and the address of a request. */
export function describeTarget({ host, port, operation }: EgressQuestion): string {
  const authority = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  if (operation === undefined) return authority;
  const path = operation.path.length > 120 ? `${operation.path.slice(0, 120)}…` : operation.path;
  const { message } = operation;
  return `${operation.method} ${authority}${path}${message === undefined ? '' : ` (${describeMessage(message)})`}`;
}
