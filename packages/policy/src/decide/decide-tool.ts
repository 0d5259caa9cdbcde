import {
  type Decision,
  type Effect,
  effects,
  type Obligation,
  type Reason,
  type ToolQuestion,
  type Usage,
} from '@clawhold/spec';
import type { CompiledLayer, CompiledToolRule, Snapshot } from '../compile/snapshot.ts';
import { earlier } from '../load/place.ts';
import { wallBudget } from './budgets.ts';
import { Draft, recordOf } from './draft.ts';
import { applyFlows } from './flow-rules.ts';

const byDefault: Reason = Object.freeze({
  code: 'default',
  text: 'It stays inside the sandbox and can be taken back, so no rule is needed.',
});
const askByDefault: Reason = Object.freeze({
  code: 'default',
  text: 'It reaches outside the sandbox or cannot simply be taken back, and no rule allows it.',
});

interface ToolMatch {
  readonly layer: CompiledLayer;
  readonly deny: CompiledToolRule | undefined;
  readonly ask: CompiledToolRule | undefined;
  readonly allow: CompiledToolRule | undefined;
  /** A rule whose condition has no answer. */
  readonly unanswered: CompiledToolRule | undefined;
  readonly all: readonly CompiledToolRule[];
}

export function decideTool(question: ToolQuestion, snapshot: Snapshot, usage: Usage, now: number): Decision {
  const draft = new Draft(snapshot);
  const matches = snapshot.layers.map((layer) => matchTools(layer, question));
  for (const { deny } of matches) if (deny !== undefined) return draft.deny(deny.grounds.reason, deny.grounds.rule);
  for (const { unanswered } of matches)
    if (unanswered !== undefined) return draft.deny(noAnswer(unanswered), unanswered.grounds.rule);

  let ask: CompiledToolRule | undefined;
  let allow: CompiledToolRule | undefined;
  for (const match of matches) {
    if (match.layer.name === 'ceiling') {
      if (match.all.length === 0 && match.layer.tools !== null && !match.layer.toolsOnlyDeny)
        return draft.deny(beyondCeiling(question));
      if (match.ask !== undefined) draft.ask(match.ask.grounds.reason, match.ask.grounds.rule);
    } else {
      ask ??= match.ask;
      allow ??= match.allow;
    }
  }

  const movement = { parameters: question.parameters, data: null, reader: 'internal', to: question.tool } as const;
  const forbidden = applyFlows(draft, snapshot, movement);
  if (forbidden !== undefined) return forbidden;

  const matched = matches.flatMap(({ all }) => all);
  const effect = effectOf(question.effect, matched);
  const contained = effect === 'read' || effect === 'reversible';
  if (ask !== undefined) draft.ask(ask.grounds.reason, ask.grounds.rule);
  else if (allow === undefined && !contained) draft.ask(askByDefault);

  const spent = wallBudget(snapshot, usage);
  if (spent !== undefined) return draft.deny(spent.exceeded, spent.rule);
  const obligations: Obligation[] = [];
  for (const { burst, grounds } of matched) {
    if (burst === null) continue;
    const exhausted = !(usage.spent(burst.counter) < burst.max);
    if (exhausted && burst.beyond === 'deny') return draft.deny(burst.exceeded, grounds.rule);
    if (exhausted) draft.ask(burst.exceeded, grounds.rule);
    // Asked once when a model proposes and once before it runs: only what runs counts.
    else if (question.phase === 'run')
      obligations.push({ kind: 'reserve', counter: burst.counter, amount: 1, limit: burst.max });
  }
  obligations.push(recordOf(effect));
  const action = question.phase === 'run' ? question.action : undefined;
  return draft.settle(allow?.grounds ?? ask?.grounds ?? byDefault, action, usage, now, obligations);
}

function matchTools(layer: CompiledLayer, question: ToolQuestion): ToolMatch {
  const all: CompiledToolRule[] = [];
  layer.tools?.find(question.tool, all);
  if (all.length > 1) all.sort((a, b) => a.grounds.order - b.grounds.order);
  let unanswered: CompiledToolRule | undefined;
  const met = all.filter((rule) => {
    const holds = rule.condition === null || rule.condition.holds(conditionValues(question));
    // What is forbidden when its condition has no answer stays forbidden.
    if (holds === undefined && rule.verdict !== 'deny') unanswered ??= rule;
    return holds ?? rule.verdict === 'deny';
  });
  const first = (verdict: CompiledToolRule['verdict']): CompiledToolRule | undefined => {
    let found: CompiledToolRule | undefined;
    for (const rule of met) if (rule.verdict === verdict) found = earlier(found, rule);
    return found;
  };
  return { layer, deny: first('deny'), ask: first('ask'), allow: first('allow'), unanswered, all: met };
}

/** What a condition sees; what the question does not have it does not find. */
function conditionValues({ arguments: args, command }: ToolQuestion): Readonly<Record<string, unknown>> {
  return { ...(args === undefined ? {} : { args }), ...(command === undefined ? {} : { command }) };
}

function noAnswer({ grounds }: CompiledToolRule): Reason {
  const text = `The condition of a rule has no answer for this call (${grounds.rule.path}).`;
  return { code: 'condition', text };
}

/** The strictest effect that a matching rule states; without one what the tool itself declares. */
function effectOf(declared: Effect, rules: readonly CompiledToolRule[]): Effect {
  let strictest = -1;
  for (const { effect } of rules) if (effect !== null) strictest = Math.max(strictest, effects.indexOf(effect));
  return effects[strictest] ?? declared;
}

function beyondCeiling({ tool }: ToolQuestion): Reason {
  return { code: 'beyond_ceiling', text: `The organisation's ceiling does not list the tool ${tool}.` };
}
