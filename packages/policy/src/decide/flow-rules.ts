import {
  type Confidentiality,
  confidentialityLevels,
  type Decision,
  integrityLevels,
  type Label,
  type Parameter,
  type Reason,
} from '@clawhold/spec';
import type { CompiledFlow, FlowCondition, Snapshot } from '../compile/snapshot.ts';
import type { Draft } from './draft.ts';
import { flowReason } from './flow-reason.ts';

/** What a question says about data: the values it names, and what leaves for whom. */
export interface Movement {
  readonly parameters: readonly Parameter[];
  /** The label of what leaves; null when nothing is known to leave. */
  readonly data: Label | null;
  readonly reader: 'internal' | 'external';
  /** Where it goes, for a person. */
  readonly to: string;
}

/** Asks what the flow rules ask about this movement; returns the denial when one of them forbids it. */
export function applyFlows(draft: Draft, snapshot: Snapshot, movement: Movement): Decision | undefined {
  let forbidden: Decision | undefined;
  for (const flow of snapshot.flows)
    for (const reason of reasonsOf(flow, movement)) {
      if (flow.verdict === 'deny') forbidden ??= draft.deny(reason, flow.rule);
      else draft.ask(reason, flow.rule, flow.approvers);
    }
  return forbidden;
}

/** Why the movement falls under a rule, once for each value that does; empty when it does not. */
function reasonsOf({ condition: { from, to } }: CompiledFlow, movement: Movement): readonly Reason[] {
  if (to.reader === 'external' && movement.reader !== 'external') return [];
  if (to.parameter === undefined) {
    const { data } = movement;
    const falls = to.reader !== undefined && data !== null && comesFrom(data, from);
    return falls ? [flowReason({ data, to: movement.to })] : [];
  }
  return movement.parameters
    .filter(({ role, label }) => role === to.parameter && comesFrom(label, from))
    .map((parameter) => flowReason({ parameter }));
}

/** Whether a label is as untrusted, and as guarded, as the condition says, or more so. */
function comesFrom(label: Label, from: FlowCondition['from']): boolean {
  return (
    (from.integrity === undefined || rank(integrityLevels, label.integrity) >= rank(integrityLevels, from.integrity)) &&
    (from.confidentiality === undefined ||
      rank(confidentialityLevels, label.confidentiality) >= rank(confidentialityLevels, from.confidentiality))
  );
}

/** Whether data with this label may be seen by more people than data of the given level. */
export function isLessGuarded(confidentiality: Confidentiality, level: Confidentiality): boolean {
  return rank(confidentialityLevels, confidentiality) < rank(confidentialityLevels, level);
}

/** A word that no list knows counts as the worst: a garbled label must not slip under a rule. */
function rank<Level extends string>(levels: readonly Level[], level: Level): number {
  const index = levels.indexOf(level);
  return index === -1 ? levels.length : index;
}
