import {
  confidentialityLevels,
  type Decision,
  type Effect,
  type EgressQuestion,
  type Endpoint,
  effects,
  type FlowRule,
  type InferenceQuestion,
  integrityLevels,
  type Label,
  type Parameter,
  type PolicyDocument,
  type Question,
  type ToolQuestion,
  type Usage,
} from '@clawhold/spec';
import { hardBlock } from '../decide/platform.ts';
import type { Layers } from '../load/layer.ts';
import { normalisePath } from '../request/path.ts';
import { expand, globMatches } from './glob-naively.ts';

/**
 * The policy read aloud: no index, no compilation, every rule looked at for every question, straight from the
 * documents. It answers with the kind, the code of the first reason and the obligations; `decide` must agree.
 */
export interface NaiveDecision {
  readonly kind: Decision['kind'];
  readonly code: string;
  readonly obligations: readonly string[];
}

type Named = { readonly name: 'ceiling' | 'team' | 'agent'; readonly document: PolicyDocument };

const durable = 'record durable';
const deny = (code: string): NaiveDecision => ({ kind: 'deny', code, obligations: [durable] });

export function decideNaively(question: Question, layers: Layers, usage: Usage, now: number): NaiveDecision {
  const named: readonly Named[] = [
    { name: 'ceiling', document: layers.ceiling },
    ...(layers.team === undefined ? [] : [{ name: 'team' as const, document: layers.team }]),
    { name: 'agent', document: layers.agent },
  ];
  if (question.kind === 'egress') return egress(question, named, usage, now);
  return question.kind === 'tool' ? tool(question, named, usage, now) : inference(question, named, usage, now);
}

/** Any alternative of a host pattern with how specific it is; a name that is spelt out beats every wildcard. */
function hostRank(pattern: string, host: string): number | undefined {
  const ranks = expand(pattern.toLowerCase()).flatMap((source) => {
    if (!/[*?]/.test(source)) return source.replace(/\.$/, '') === host ? [Infinity] : [];
    if (!globMatches(source, host, '.')) return [];
    const labels = source.split('.');
    const spelt = labels.length - 1 - labels.findLastIndex((label) => /[*?]/.test(label));
    return [spelt * 10_000 + (source.includes('**') ? 0 : 5_000) + source.replaceAll(/[*?]/g, '').length];
  });
  return ranks.length === 0 ? undefined : Math.max(...ranks);
}

interface Applicable {
  readonly endpoint: Endpoint;
  readonly rank: number;
  readonly open: boolean;
  readonly forbids: boolean;
}

function applicable(document: PolicyDocument, question: EgressQuestion): readonly Applicable[] {
  return Object.values(document.network_policies ?? {}).flatMap((policy) =>
    policy.endpoints.flatMap((endpoint) => {
      const rank = hostRank(endpoint.host, question.host);
      const ports = [endpoint.port, ...(endpoint.ports ?? [])];
      if (rank === undefined || !ports.includes(question.port)) return [];
      const binaries = policy.binaries?.map(({ path }) => path);
      const { executable, ancestors = [] } = question.caller;
      const anyone = binaries === undefined || binaries.includes('/**');
      const fits =
        anyone ||
        (executable !== undefined &&
          [executable, ...ancestors].some((path) => binaries.some((glob) => globMatches(glob, path, '/'))));
      return [{ endpoint, rank, open: fits, forbids: fits || executable === undefined }];
    }),
  );
}

const isRest = (endpoint: Endpoint): boolean =>
  endpoint.protocol === 'rest' ||
  (endpoint.protocol === undefined && (endpoint.rules ?? endpoint.access ?? endpoint.deny_rules) !== undefined);

const methodFits = (pattern: string, method: string): boolean => pattern === '*' || pattern.toUpperCase() === method;

const presets = {
  'read-only': ['GET', 'HEAD', 'OPTIONS'],
  'read-write': ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH'],
  full: ['*'],
};

function egress(question: EgressQuestion, layers: readonly Named[], usage: Usage, now: number): NaiveDecision {
  const { operation, host } = question;
  if (hardBlock(host) !== undefined) return deny('hard_block');
  if (operation !== undefined) {
    const path = normalisePath(operation.path);
    if (path.kind === 'refused' || path.path !== operation.path || !/^[A-Z][A-Z0-9-]*$/.test(operation.method))
      return deny('hard_block');
  }
  const seen = layers.map(({ name, document }) => {
    const all = applicable(document, question);
    const opening = all.filter(({ open }) => open);
    const best = Math.max(...opening.map(({ rank }) => rank));
    const top = opening.filter(({ rank }) => rank === best).map(({ endpoint }) => endpoint);
    const selected = top.some(isRest) ? top.filter(isRest) : top;
    return { name, document, all, selected };
  });
  const forbidding = seen.flatMap(({ all }) =>
    all.filter(({ forbids }) => forbids).flatMap(({ endpoint }) => endpoint.deny_rules ?? []),
  );
  if (
    operation !== undefined &&
    forbidding.some((rule) => methodFits(rule.method, operation.method) && globMatches(rule.path, operation.path, '/'))
  )
    return deny('explicit_deny');
  const inspect =
    operation === undefined && (forbidding.length > 0 || seen.some(({ selected }) => selected.some(isRest)));
  const verdicts = seen.map((layer) => ({ ...layer, ...verdictOf(layer.selected, question) }));
  const service = Object.hasOwn(layers[0]?.document.services ?? {}, host);
  const ceiling = verdicts[0];
  const below = verdicts.slice(1);
  const asks: string[] = [];
  if (ceiling !== undefined) {
    const bounds = ceiling.document.network_policies !== undefined && !(service && ceiling.selected.length === 0);
    if (bounds && ceiling.verdict === 'none') return deny('beyond_ceiling');
    if (ceiling.verdict === 'ask') asks.push('rule');
  }
  const selected = seen.flatMap((layer) => layer.selected);
  const labels = selected.flatMap(({ response }) => response?.label ?? []);
  const integrity = labels.includes('external') || !labels.includes('local') ? 'external' : 'local';
  if (!inspect) {
    const reader = service || integrity === 'local' ? 'internal' : 'external';
    const flow = flows(layers, operation?.parameters ?? [], question.data, reader);
    if (flow.denied) return deny('flow');
    asks.push(...flow.asks);
  }
  if (below.every(({ verdict }) => verdict === 'none')) return deny('no_rule');
  if (below.some(({ verdict }) => verdict === 'ask')) asks.push('rule');
  const budget = budgets(layers);
  if (exhausted(budget, 'wall', usage)) return deny('budget');
  const obligations: string[] = [];
  const requestCaps = selected.flatMap(({ request }) => request?.max_bytes ?? []);
  const responseCaps = selected.flatMap(({ response }) => response?.max_bytes ?? []);
  if (!inspect) {
    const egressBudgets = budget.filter(({ kind }) => kind === 'egress');
    if (exhausted(budget, 'egress', usage)) return deny('budget');
    for (const { counter, limit } of egressBudgets) obligations.push(`meter ${counter} of ${limit}`);
  }
  if (service) obligations.push(`service ${host}`);
  if (inspect)
    obligations.push(
      `inspect ${question.scheme === 'http' || (question.scheme === 'tcp' && question.port === 80) ? 'none' : 'terminate'}`,
    );
  else {
    if (requestCaps.length > 0) obligations.push(`cap request ${Math.min(...requestCaps)}`);
    if (responseCaps.length > 0) obligations.push(`cap response ${Math.min(...responseCaps)}`);
    obligations.push(`label_response ${integrity}`);
  }
  const stated = verdicts.toReversed().find(({ effect }) => effect !== undefined)?.effect;
  const safe = operation !== undefined && ['GET', 'HEAD', 'OPTIONS'].includes(operation.method);
  const effect = inspect ? 'read' : (stated ?? (safe ? 'read' : 'irreversible'));
  return settle('rule', asks, question.action, usage, now, obligations, effect);
}

function verdictOf(
  selected: readonly Endpoint[],
  { operation }: EgressQuestion,
): { verdict: 'allow' | 'ask' | 'none'; effect?: Effect | undefined } {
  if (selected.length === 0) return { verdict: 'none' };
  if (operation === undefined || !selected.some(isRest)) return { verdict: 'allow' };
  const rules = selected.flatMap((endpoint) => [
    ...(endpoint.access === undefined
      ? []
      : presets[endpoint.access].map((method) => ({ allow: { method, path: '/**' } }))),
    ...(endpoint.rules ?? []),
  ]);
  const fitting = rules.filter((rule) => {
    const target = 'ask' in rule ? (rule.ask ?? rule.allow) : rule.allow;
    return (
      target !== undefined &&
      methodFits(target.method, operation.method) &&
      globMatches(target.path, operation.path, '/')
    );
  });
  const rule = fitting.find((one) => 'ask' in one && one.ask !== undefined) ?? fitting[0];
  if (rule === undefined) return { verdict: 'none' };
  const effect =
    'effect' in rule && rule.effect !== undefined
      ? rule.effect
      : 'inverse' in rule && rule.inverse !== undefined
        ? 'compensable'
        : undefined;
  return { verdict: 'ask' in rule && rule.ask !== undefined ? 'ask' : 'allow', effect };
}

function tool(question: ToolQuestion, layers: readonly Named[], usage: Usage, now: number): NaiveDecision {
  const matches = layers.map(({ name, document }) => ({
    name,
    rules: document.tools,
    matching: (document.tools ?? [])
      .map((rule, index) => ({ rule, index }))
      .filter(({ rule }) => globMatches(rule.match, question.tool, null)),
  }));
  const kinds = (match: (typeof matches)[number] | undefined): readonly string[] =>
    (match?.matching ?? []).map(({ rule }) => rule.decision ?? 'allow');
  if (matches.some((match) => kinds(match).includes('deny'))) return deny('explicit_deny');
  const [ceiling, ...below] = matches;
  const asks: string[] = [];
  const bounds = ceiling?.rules?.some((rule) => rule.decision !== 'deny') ?? false;
  if (bounds && ceiling?.matching.length === 0) return deny('beyond_ceiling');
  if (kinds(ceiling).includes('ask')) asks.push('rule');
  const flow = flows(layers, question.parameters, null, 'internal');
  if (flow.denied) return deny('flow');
  asks.push(...flow.asks);
  const stated = matches.flatMap(({ matching }) => matching.flatMap(({ rule }) => rule.effect ?? []));
  const effect = effects.findLast((level) => stated.includes(level)) ?? question.effect;
  const allowed = below.some((match) => kinds(match).includes('allow'));
  if (below.some((match) => kinds(match).includes('ask'))) asks.push('rule');
  else if (!allowed && (effect === 'compensable' || effect === 'irreversible')) asks.push('default');
  if (exhausted(budgets(layers), 'wall', usage)) return deny('budget');
  const obligations: string[] = [];
  for (const { name, matching } of matches)
    for (const { rule, index } of matching) {
      if (rule.burst === undefined) continue;
      const counter = `burst/${name}/tools[${index}]/${rule.burst.per}s`;
      if (usage.spent(counter) >= rule.burst.max) {
        if (rule.burst.then === 'deny') return deny('burst');
        asks.push('burst');
      } else if (question.phase === 'run') obligations.push(`reserve ${counter} 1 of ${rule.burst.max}`);
    }
  const asking = below.some((match) => kinds(match).includes('ask'));
  const action = question.phase === 'run' ? question.action : undefined;
  return settle(allowed || asking ? 'rule' : 'default', asks, action, usage, now, obligations, effect);
}

function mostCost(
  { provider, model, locality, tokens, answerTokens }: InferenceQuestion,
  prices: NonNullable<NonNullable<PolicyDocument['inference']>['prices']>,
): number | undefined {
  const name = `${provider}/${model}`;
  const matching = Object.keys(prices).filter((pattern) => globMatches(pattern, name, null));
  const counting = matching.includes(name) ? [name] : matching;
  const all = counting.flatMap((pattern) => prices[pattern] ?? []);
  const output = all.length === 0 ? undefined : Math.max(...all.map((price) => price.output));
  const input = Math.max(...all.filter((price) => price.output === output).map((price) => price.input));
  if (output === undefined) return locality === 'local' ? 0 : undefined;
  if (answerTokens === undefined) return (tokens * Math.max(input, output)) / 1e6;
  return (Math.max(0, tokens - answerTokens) * input + answerTokens * output) / 1e6;
}

function inference(question: InferenceQuestion, layers: readonly Named[], usage: Usage, now: number): NaiveDecision {
  const model = `${question.provider}/${question.model}`;
  const offered = (document: PolicyDocument | undefined): boolean =>
    document?.inference?.models?.some((pattern) => globMatches(pattern, model, null)) ?? true;
  const [ceiling, ...below] = layers.map(({ document }) => document);
  if (!offered(ceiling)) return deny('beyond_ceiling');
  const bound = ceiling?.inference?.features;
  if (bound !== undefined && !question.features.every((feature) => bound.includes(feature)))
    return deny('beyond_ceiling');
  const flow = flows(layers, [], question.data, question.locality === 'remote' ? 'external' : 'internal');
  if (flow.denied) return deny('flow');
  if (!below.every(offered)) return deny('no_rule');
  const named = below.flatMap((document) => document.inference?.features ?? []);
  if (!question.features.every((feature) => named.includes(feature))) return deny('feature');
  const budget = budgets(layers);
  if (exhausted(budget, 'wall', usage)) return deny('budget');
  const obligations: string[] = [];
  for (const { kind, counter, limit } of budget) {
    if (kind !== 'tokens' && kind !== 'cost') continue;
    const amount = kind === 'tokens' ? question.tokens : mostCost(question, ceiling?.inference?.prices ?? {});
    if (amount === undefined) return deny('budget');
    if (usage.spent(counter) >= limit || usage.spent(counter) + amount > limit) return deny('budget');
    obligations.push(`reserve ${counter} ${amount} of ${limit}`);
  }
  const limited = below.some((document) => document.inference?.models !== undefined);
  return settle(
    limited ? 'rule' : 'default',
    flow.asks,
    undefined,
    usage,
    now,
    obligations,
    question.locality === 'local' ? 'read' : 'irreversible',
  );
}

function flows(
  layers: readonly Named[],
  parameters: readonly Parameter[],
  data: Label | null,
  reader: 'internal' | 'external',
): { denied: boolean; asks: readonly string[] } {
  const hits = layers.flatMap(({ document }) =>
    (document.flows ?? []).flatMap((rule) => hitsOf(rule, parameters, data, reader)),
  );
  return { denied: hits.includes('deny'), asks: hits.filter((hit) => hit === 'ask').map(() => 'flow') };
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

interface Budget {
  readonly kind: string;
  readonly counter: string;
  readonly limit: number;
}

function budgets(layers: readonly Named[]): readonly Budget[] {
  const all = layers.flatMap(({ document }) => {
    const { tokens, cost, wall, egress: bytes } = document.budgets ?? {};
    return [
      ...(tokens === undefined ? [] : [{ kind: 'tokens', counter: `tokens/${tokens.per}`, limit: tokens.amount }]),
      ...(cost === undefined ? [] : [{ kind: 'cost', counter: `cost/${cost.per}`, limit: cost.amount }]),
      ...(wall === undefined ? [] : [{ kind: 'wall', counter: 'wall/run', limit: wall }]),
      ...(bytes === undefined ? [] : [{ kind: 'egress', counter: `egress/${bytes.per}`, limit: bytes.amount }]),
    ];
  });
  const counters = [...new Set(all.map(({ counter }) => counter))];
  return counters.map((counter) => {
    const same = all.filter((budget) => budget.counter === counter);
    return { kind: same[0]?.kind ?? '', counter, limit: Math.min(...same.map(({ limit }) => limit)) };
  });
}

function exhausted(all: readonly Budget[], kind: string, usage: Usage): boolean {
  return all.some((budget) => budget.kind === kind && usage.spent(budget.counter) >= budget.limit);
}

function settle(
  grounds: string,
  asks: readonly string[],
  action: string | undefined,
  usage: Usage,
  now: number,
  obligations: readonly string[],
  effect: string,
): NaiveDecision {
  const record = effect === 'read' ? 'record summary' : durable;
  if (asks.length === 0) return { kind: 'allow', code: grounds, obligations: [...obligations, record] };
  const grant = action === undefined ? undefined : usage.grant(action);
  if (grant === undefined || grant.action !== action || Date.parse(grant.expires) <= now)
    return { kind: 'ask', code: asks[0] ?? '', obligations: [durable] };
  return { kind: 'allow', code: 'grant', obligations: [`consume_grant ${grant.id}`, ...obligations, durable] };
}
