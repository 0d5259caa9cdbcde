import type { PolicyDocument } from '@clawhold/spec';
import { type Condition, type ConditionScope, compileCondition } from '../condition/condition.ts';
import { burstCounter } from '../decide/counter.ts';
import { compiledEntries } from '../glob/pattern-sets.ts';
import { TextIndex } from '../glob/text-index.ts';
import type { Place } from '../load/place.ts';
import type { CompiledLayer, CompiledToolRule } from './snapshot.ts';

type ToolRule = NonNullable<PolicyDocument['tools']>[number];

/** Names of tools and of models have no segments: `delete*` matches `delete.repo`. */
export function compileTools(place: Place, document: PolicyDocument): CompiledLayer['tools'] {
  if (document.tools === undefined) return null;
  return new TextIndex(
    document.tools.flatMap((rule, at) => compiledEntries(rule.match, null, compileRule(place, at, rule))),
  );
}

function compileRule(place: Place, at: number, rule: ToolRule): CompiledToolRule {
  const path = `tools[${at}]`;
  const verdict = rule.decision ?? 'allow';
  const text = {
    allow: `The policy allows this tool (${path}).`,
    ask: `The policy wants a person to agree to this tool call (${path}).`,
    deny: `A rule forbids this tool (${path}).`,
  }[verdict];
  return Object.freeze({
    verdict,
    effect: rule.effect ?? null,
    condition: rule.where === undefined ? null : conditionOf(rule.where, 'tool'),
    burst: rule.burst === undefined ? null : compileBurst(place, at, rule.burst),
    grounds: place.grounds(path, verdict === 'deny' ? 'explicit_deny' : 'rule', text),
  });
}

function compileBurst(place: Place, at: number, burst: NonNullable<ToolRule['burst']>): CompiledToolRule['burst'] {
  const text = `More than ${burst.max} calls within ${burst.per} seconds are unusual (tools[${at}].burst).`;
  return Object.freeze({
    counter: burstCounter(place.layer, at, burst.per),
    max: burst.max,
    beyond: burst.then,
    exceeded: Object.freeze({ code: 'burst', text }),
  });
}

export function compileModels(place: Place, document: PolicyDocument): CompiledLayer['models'] {
  const models = document.inference?.models;
  if (models === undefined) return null;
  return new TextIndex(
    models.flatMap((model, at) => {
      const path = `inference.models[${at}]`;
      return compiledEntries(model, null, place.grounds(path, 'rule', `The policy offers this model (${path}).`));
    }),
  );
}

export function compileRoutes(place: Place, document: PolicyDocument): CompiledLayer['routes'] {
  return (document.inference?.routes ?? []).map(({ when, use }, at) => {
    const path = `inference.routes[${at}]`;
    const grounds = place.grounds(path, 'rule', `The policy sends this request to ${use} (${path}).`);
    return Object.freeze({ when: when === undefined ? null : conditionOf(when, 'labels'), use, grounds });
  });
}

/** A condition that was found to be right when its document was loaded; one that was not has no answer. */
function conditionOf(source: string, scope: ConditionScope): Condition {
  const compiled = compileCondition(source, scope);
  return compiled.kind === 'ok' ? compiled.condition : { source, holds: () => undefined };
}
