import {
  type Approvers,
  confidentialityLevels,
  type Decision,
  type FlowRule,
  integrityLevels,
  type Label,
  type Parameter,
  type PolicyDocument,
  type Usage,
} from '@clawhold/spec';

export interface NaiveDecision {
  readonly kind: Decision['kind'];
  readonly code: string;
  readonly obligations: readonly string[];
}

export interface Named {
  readonly name: 'ceiling' | 'team' | 'agent' | 'grant';
  readonly document: PolicyDocument;
}

const durable = 'record durable';

export function deny(code: string): NaiveDecision {
  return { kind: 'deny', code, obligations: [durable] };
}

export function flows(
  layers: readonly Named[],
  parameters: readonly Parameter[],
  data: Label | null,
  reader: 'internal' | 'external',
): { denied: boolean; asks: readonly string[]; approvers: string | undefined } {
  const rules = layers.flatMap(({ document }) => document.flows ?? []);
  const hits = rules.flatMap((rule) => hitsOf(rule, parameters, data, reader));
  const asking = rules.filter((rule) => rule.ask !== undefined && hitsOf(rule, parameters, data, reader).length > 0);
  const count = Math.max(1, ...asking.map(({ ask }) => ask?.approvers ?? 1));
  const excludeRequester = asking.some(({ ask }) => ask?.not === 'requester');
  const plain = count === 1 && !excludeRequester;
  return {
    denied: hits.includes('deny'),
    asks: hits.filter((hit) => hit === 'ask').map(() => 'flow'),
    approvers: plain ? undefined : JSON.stringify({ kind: 'approvers', count, excludeRequester }),
  };
}

function hitsOf(
  rule: FlowRule,
  parameters: readonly Parameter[],
  data: Label | null,
  reader: string,
): readonly string[] {
  const kind = rule.ask === undefined ? 'deny' : 'ask';
  const condition = rule[kind];
  if (condition === undefined || (condition.to.reader === 'external' && reader !== 'external')) return [];
  const from = (label: Label): boolean =>
    integrityLevels.indexOf(label.integrity) >= integrityLevels.indexOf(condition.from.integrity ?? 'user') &&
    confidentialityLevels.indexOf(label.confidentiality) >=
      confidentialityLevels.indexOf(condition.from.confidentiality ?? 'public');
  if (condition.to.parameter === undefined) return data !== null && from(data) ? [kind] : [];
  return parameters.filter(({ role, label }) => role === condition.to.parameter && from(label)).map(() => kind);
}

export interface Budget {
  readonly kind: string;
  readonly counter: string;
  readonly limit: number;
}

export function budgets(layers: readonly Named[]): readonly Budget[] {
  const all = layers.flatMap(({ name, document }) => {
    const of = (kind: string, per: string) =>
      name !== 'agent' && per === 'day' ? `${kind}/everyone/day` : `${kind}/${per}`;
    const { tokens, cost, wall, egress: bytes } = document.budgets ?? {};
    return [
      ...(tokens === undefined ? [] : [{ kind: 'tokens', counter: of('tokens', tokens.per), limit: tokens.amount }]),
      ...(cost === undefined ? [] : [{ kind: 'cost', counter: of('cost', cost.per), limit: cost.amount }]),
      ...(wall === undefined ? [] : [{ kind: 'wall', counter: 'wall/run', limit: wall }]),
      ...(bytes === undefined ? [] : [{ kind: 'egress', counter: of('egress', bytes.per), limit: bytes.amount }]),
    ];
  });
  const counters = [...new Set(all.map(({ counter }) => counter))];
  return counters.map((counter) => {
    const same = all.filter((budget) => budget.counter === counter);
    return { kind: same[0]?.kind ?? '', counter, limit: Math.min(...same.map(({ limit }) => limit)) };
  });
}

export function exhausted(all: readonly Budget[], kind: string, usage: Usage): boolean {
  return all.some((budget) => budget.kind === kind && usage.spent(budget.counter) >= budget.limit);
}

export function settle(
  grounds: string,
  asks: readonly string[],
  action: string | undefined,
  usage: Usage,
  now: number,
  obligations: readonly string[],
  effect: string,
  approvers?: string | undefined,
): NaiveDecision {
  const record = effect === 'read' ? 'record summary' : durable;
  if (asks.length === 0) return { kind: 'allow', code: grounds, obligations: [...obligations, record] };
  const grant = action === undefined ? undefined : usage.grant(action);
  const needed: Approvers = approvers === undefined ? { count: 1, excludeRequester: false } : JSON.parse(approvers);
  const tooFew =
    grant !== undefined &&
    (grant.approvers.count < needed.count || (needed.excludeRequester && !grant.approvers.excludeRequester));
  if (grant === undefined || grant.action !== action || Date.parse(grant.expires) <= now || tooFew)
    return {
      kind: 'ask',
      code: asks[0] ?? '',
      obligations: [durable, ...(approvers === undefined ? [] : [approvers])],
    };
  return { kind: 'allow', code: 'grant', obligations: [`consume_grant ${grant.id}`, ...obligations, durable] };
}
