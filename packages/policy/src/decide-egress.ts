import type { Decision, EgressQuestion, Obligation, Reason, RuleReference, Usage } from '@clawhold/spec';
import { egressBudget, wallBudget } from './budgets.ts';
import { Draft, recordOf } from './draft.ts';
import { egressObligations, responseIntegrity } from './egress-obligations.ts';
import { visitFlows } from './flow-rules.ts';
import { type EndpointMatch, matchEndpoints } from './match-endpoints.ts';
import { abnormal } from './normal-form.ts';
import { hardBlock } from './platform.ts';
import type { Snapshot } from './snapshot.ts';

export function decideEgress(question: EgressQuestion, snapshot: Snapshot, usage: Usage, now: number): Decision {
  const draft = new Draft(snapshot);
  const { host, operation } = question;
  const blocked =
    (snapshot.clearedHosts.has(host) ? undefined : hardBlock(host)) ??
    (operation === undefined ? undefined : abnormal(operation));
  if (blocked !== undefined) return draft.deny({ code: 'hard_block', text: blocked });

  const matches = snapshot.layers.map((layer) => ({ layer, match: matchEndpoints(layer, question) }));
  for (const { match } of matches)
    if (match.forbidden !== undefined) return draft.deny(match.forbidden.reason, match.forbidden.rule);

  const service = snapshot.services.has(host);
  const inspect = operation === undefined && matches.some(({ match }) => match.inspect);
  let grounds: EndpointMatch['grounds'];
  let mayAsk: EndpointMatch | undefined;
  for (const { layer, match } of matches) {
    if (layer.name === 'ceiling') {
      // A service that the ceiling names is within it, unless its rules say more about that host.
      const bounds = layer.network !== null && !(service && match.selected.length === 0);
      if (bounds && match.verdict === 'none') return draft.deny(beyondCeiling(question));
      if (match.verdict === 'ask' && match.grounds !== undefined) draft.ask(match.grounds.reason, match.grounds.rule);
      continue;
    }
    if (match.verdict === 'ask') mayAsk ??= match;
    if (match.verdict !== 'none') grounds ??= match.grounds;
  }

  if (!inspect) {
    const refusal = applyFlows(
      draft,
      question,
      snapshot,
      matches.map(({ match }) => match),
    );
    if (refusal !== undefined) return refusal;
  }
  if (grounds === undefined) return draft.deny(noRule(question));
  if (mayAsk?.grounds !== undefined) draft.ask(mayAsk.grounds.reason, mayAsk.grounds.rule);

  const spent = wallBudget(snapshot, usage);
  if (spent !== undefined) return draft.deny(spent.exceeded, spent.rule);
  const selected = matches.flatMap(({ match }) => match.selected);
  const allowance = inspect ? { reserve: [], bytes: null } : egressBudget(snapshot, usage, selected);
  if ('exceeded' in allowance) return draft.deny(allowance.exceeded, allowance.rule);
  const obligations: Obligation[] = [
    ...allowance.reserve,
    ...egressObligations(question, {
      service,
      inspect,
      selected,
      requestBytes: allowance.bytes,
    }),
    recordOf(
      inspect
        ? 'read'
        : effectOf(
            question,
            matches.map(({ match }) => match),
          ),
    ),
  ];
  return draft.settle(grounds, question.action, usage, now, obligations);
}

/** Adds what flow rules ask; returns the denial when one of them forbids. */
function applyFlows(
  draft: Draft,
  question: EgressQuestion,
  snapshot: Snapshot,
  matches: readonly EndpointMatch[],
): Decision | undefined {
  if (snapshot.flows.length === 0) return undefined;
  const company =
    snapshot.services.has(question.host) || responseIntegrity(matches.flatMap((m) => m.selected)) === 'local';
  const movement = {
    parameters: question.operation?.parameters ?? [],
    data: question.data,
    reader: company ? ('internal' as const) : ('external' as const),
    to: question.host,
  };
  let denied: { readonly reason: Reason; readonly rule: RuleReference } | undefined;
  visitFlows(snapshot, movement, (flow, reason) => {
    if (flow.verdict === 'deny') denied ??= { reason, rule: flow.rule };
    else draft.ask(reason, flow.rule);
  });
  return denied === undefined ? undefined : draft.deny(denied.reason, denied.rule);
}

/** What a rule says about its effect; without a word about it only safe methods (RFC 9110 section 9.2.1) are reads. */
function effectOf({ operation }: EgressQuestion, matches: readonly EndpointMatch[]): string {
  for (const { rule } of matches.toReversed()) if (rule !== undefined && rule.effect !== null) return rule.effect;
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
