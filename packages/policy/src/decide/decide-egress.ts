import type { Decision, EgressQuestion, Obligation, Reason, Usage } from '@clawhold/spec';
import type { CompiledEndpoint, Grounds, Snapshot } from '../compile/snapshot.ts';
import { abnormal } from '../request/normal-form.ts';
import { egressBudgets, wallBudget } from './budgets.ts';
import { Draft, recordOf } from './draft.ts';
import { addEgressObligations, responseIntegrity } from './egress-obligations.ts';
import { applyFlows } from './flow-rules.ts';
import { type EndpointMatch, matchEndpoints } from './match-endpoints.ts';
import { hardBlock } from './platform.ts';

type Matches = readonly Readonly<EndpointMatch>[];

export function decideEgress(question: EgressQuestion, snapshot: Snapshot, usage: Usage, now: number): Decision {
  const draft = new Draft(snapshot);
  const { operation } = question;
  const blocked = hardBlock(question.host) ?? (operation === undefined ? undefined : abnormal(operation));
  if (blocked !== undefined) return draft.deny({ code: 'hard_block', text: blocked });

  const matches: Readonly<EndpointMatch>[] = [];
  for (const layer of snapshot.layers) {
    const match = matchEndpoints(layer, question);
    if (match.forbidden !== undefined) return draft.deny(match.forbidden.reason, match.forbidden.rule);
    matches.push(match);
  }
  const service = snapshot.services.has(question.host);
  const beyond = applyCeiling(draft, matches, service);
  if (beyond) return draft.deny(beyondCeiling(question));

  const inspect = operation === undefined && matches.some((match) => match.inspect);
  const selected = selectedBy(matches);
  if (!inspect && snapshot.flows.length > 0) {
    const company = service || responseIntegrity(selected) === 'local';
    const forbidden = applyFlows(draft, snapshot, {
      parameters: operation?.parameters ?? [],
      data: question.data,
      reader: company ? 'internal' : 'external',
      to: question.host,
    });
    if (forbidden !== undefined) return forbidden;
  }
  const grounds = applyRules(draft, matches);
  if (grounds === undefined) return draft.deny(noRule(question));

  const spent = wallBudget(snapshot, usage);
  if (spent !== undefined) return draft.deny(spent.exceeded, spent.rule);
  const obligations: Obligation[] = [];
  if (!inspect && snapshot.budgets.length > 0) {
    const meters = egressBudgets(snapshot, usage);
    if ('exceeded' in meters) return draft.deny(meters.exceeded, meters.rule);
    obligations.push(...meters);
  }
  addEgressObligations(obligations, question, { service, inspect, selected });
  obligations.push(recordOf(inspect ? 'read' : effectOf(question, matches)));
  return draft.settle(grounds, question.action, usage, now, obligations);
}

/** True when the ceiling does not reach that far. */
function applyCeiling(draft: Draft, matches: Matches, service: boolean): boolean {
  for (const { layer, selected, verdict, grounds } of matches) {
    if (layer.name !== 'ceiling' || layer.network === null) continue;
    // A service that the ceiling names is within it, unless its rules say more about that host.
    const bounds = !(service && selected.length === 0);
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

function selectedBy(matches: Matches): readonly CompiledEndpoint[] {
  const all: CompiledEndpoint[] = [];
  for (const { selected } of matches) for (const endpoint of selected) all.push(endpoint);
  return all;
}

/** What the innermost rule says about its effect; without a word only safe methods (RFC 9110 section 9.2.1) are reads. */
function effectOf({ operation }: EgressQuestion, matches: Matches): string {
  let stated: string | null = null;
  for (const { rule } of matches) if (rule !== undefined && rule.effect !== null) stated = rule.effect;
  if (stated !== null) return stated;
  const method = operation?.method;
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS' ? 'read' : 'irreversible';
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
  return `${operation.method} ${authority}${path}`;
}
