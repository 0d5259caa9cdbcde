import { confidentialityLevels, integrityLevels, type Label, type Parameter, type Reason } from '@clawhold/spec';
import { flowReason } from './flow-reason.ts';
import type { CompiledFlow, FlowCondition, Snapshot } from './snapshot.ts';

/** What a question says about data: the values it names, and what leaves for whom. */
export interface Movement {
  readonly parameters: readonly Parameter[];
  /** The label of what leaves; null when nothing is known to leave. */
  readonly data: Label | null;
  readonly reader: 'internal' | 'external';
  /** Where it goes, for a person. */
  readonly to: string;
}

/** Calls `visit` with each flow rule that the movement falls under, and the reason in words. */
export function visitFlows(
  snapshot: Snapshot,
  movement: Movement,
  visit: (flow: CompiledFlow, reason: Reason) => void,
): void {
  for (const flow of snapshot.flows) {
    const { from, to } = flow.condition;
    if (to.reader === 'external' && movement.reader !== 'external') continue;
    if (to.parameter === undefined) {
      if (to.reader !== undefined && movement.data !== null && comesFrom(movement.data, from))
        visit(flow, flowReason({ data: movement.data, to: movement.to }));
      continue;
    }
    for (const parameter of movement.parameters)
      if (parameter.role === to.parameter && comesFrom(parameter.label, from)) visit(flow, flowReason({ parameter }));
  }
}

/** Whether a label is as untrusted, and as guarded, as the condition says, or more so. */
export function comesFrom(label: Label, from: FlowCondition['from']): boolean {
  return (
    (from.integrity === undefined || rank(integrityLevels, label.integrity) >= rank(integrityLevels, from.integrity)) &&
    (from.confidentiality === undefined ||
      rank(confidentialityLevels, label.confidentiality) >= rank(confidentialityLevels, from.confidentiality))
  );
}

/** A word that no list knows counts as the worst: a garbled label must not slip under a rule. */
function rank<Level extends string>(levels: readonly Level[], level: Level): number {
  const index = levels.indexOf(level);
  return index === -1 ? levels.length : index;
}
