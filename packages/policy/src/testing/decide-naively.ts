import {
  effects,
  type GrantRule,
  type InferenceQuestion,
  type PolicyDocument,
  type Question,
  redactions,
  type ToolQuestion,
  type Usage,
} from '@clawhold/spec';
import type { Layers } from '../load/layer.ts';
import { answerOf } from './condition-naively.ts';
import { decideEgressNaively } from './egress-naively.ts';
import { globMatches } from './glob-naively.ts';
import { budgets, deny, exhausted, flows, type NaiveDecision, type Named, settle } from './outcome-naively.ts';

/**
 * The policy read aloud: no index, no compilation, every rule looked at for every question, straight from the
 * documents. It answers with the kind, the code of the first reason and the obligations; `decide` must agree.
 */
export function decideNaively(
  question: Question,
  layers: Layers,
  usage: Usage,
  now: number,
  grants: readonly GrantRule[] = [],
): NaiveDecision {
  const named: readonly Named[] = [
    { name: 'ceiling', document: layers.ceiling },
    ...(layers.team === undefined ? [] : [{ name: 'team' as const, document: layers.team }]),
    { name: 'agent', document: layers.agent },
  ];
  if (question.kind === 'egress') return decideEgressNaively(question, named, usage, now, grants);
  return question.kind === 'tool' ? tool(question, named, usage, now) : inference(question, named, usage, now);
}

function tool(question: ToolQuestion, layers: readonly Named[], usage: Usage, now: number): NaiveDecision {
  const matches = layers.map(({ name, document }) => ({
    name,
    rules: document.tools,
    matching: (document.tools ?? [])
      .map((rule, index) => ({ rule, index, holds: rule.where === undefined ? true : holds(rule.where, question) }))
      .filter(({ rule }) => globMatches(rule.match, question.tool, null))
      .filter((found) => found.holds !== false),
  }));
  const kinds = (match: (typeof matches)[number] | undefined): readonly string[] =>
    (match?.matching ?? []).map(({ rule }) => rule.decision ?? 'allow');
  if (matches.some((match) => kinds(match).includes('deny'))) return deny('explicit_deny');
  if (matches.some(({ matching }) => matching.some((found) => found.holds === undefined))) return deny('condition');
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
  return settle(allowed || asking ? 'rule' : 'default', asks, action, usage, now, obligations, effect, flow.approvers);
}

function holds(source: string, { arguments: args, command }: ToolQuestion): boolean | undefined {
  return answerOf(source, { ...(args === undefined ? {} : { args }), ...(command === undefined ? {} : { command }) });
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
  const routes =
    layers.find(({ document }) => document.inference?.routes !== undefined)?.document.inference?.routes ?? [];
  const { integrity, confidentiality, readers } = question.data;
  for (const { when, use } of routes) {
    const taken =
      when === undefined || answerOf(when, { labels: { integrity, confidentiality, readers: readers ?? [] } });
    if (taken === undefined) return deny('condition');
    if (!taken) continue;
    const there = use === 'local' ? question.locality === 'local' : use === `${question.provider}/${question.model}`;
    if (use !== 'default' && !there) return deny('rule');
    break;
  }
  const what = redactions.filter((word) => layers.some(({ document }) => document.inference?.redact?.includes(word)));
  if (what.length > 0) obligations.push(JSON.stringify({ kind: 'redact', what }));
  const limited = below.some((document) => document.inference?.models !== undefined);
  return settle(
    limited ? 'rule' : 'default',
    flow.asks,
    undefined,
    usage,
    now,
    obligations,
    question.locality === 'local' ? 'read' : 'irreversible',
    flow.approvers,
  );
}
