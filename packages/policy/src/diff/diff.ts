import { type Decision, type Label, noUsage, type Question, type Usage } from '@clawhold/spec';
import type { Snapshot } from '../compile/snapshot.ts';
import { decide } from '../decide/decide.ts';
import { describeQuestion } from '../decide/explain.ts';
import { diffFiles, type FilesDiff } from '../files/diff-files.ts';
import { Limits } from '../space/limits.ts';
import { modelSpace, toolSpace } from '../space/other-space.ts';
import { ordinaryData, requestSpace } from '../space/request-space.ts';
import type { Change, Divergence } from './change.ts';
import { labelsOfData, labelsOfModelRequests, parametersToTry } from './labels.ts';
import { opennessOf, opennessWords, opensMore } from './openness.ts';
import { settingChanges } from './settings.ts';
import { divergentTerms } from './terms.ts';
import { afterEveryBurst, usedUp } from './used-up.ts';

export interface PolicyDiff {
  readonly changes: readonly Change[];
  readonly files: FilesDiff;
  /** How many kinds of questions were asked of both. */
  readonly asked: number;
  /** What the comparison could not cover, a sentence each. None: what is not listed is decided alike by both. */
  readonly limits: readonly string[];
}

/**
 * What the second policy opens and closes, by example: what passes, on which terms, how much of it, and what holds beside
 * single questions. Every example was decided by both; of the many that change for the same reason the shortest stands
 * for all.
 */
export function diffPolicies(before: Snapshot, after: Snapshot, now: number): PolicyDiff {
  const limits = new Limits();
  const snapshots = [before, after];
  const changes = new Map<string, Change>();
  const note = (change: Change): void => {
    const key = keyOf(change);
    const known = changes.get(key);
    const first = known === undefined || change.what.length < known.what.length ? change : known;
    changes.set(key, { ...first, alike: (known?.alike ?? 0) + 1 });
  };
  const amounts = new Set(usedUp(before, after));
  let asked = 0;
  for (const question of questionsOf(snapshots, limits)) {
    asked++;
    const found = compare(question, before, after, noUsage, now);
    for (const change of found) note(change);
    if (found.some(isPassage)) continue;
    for (const amount of [...amounts, afterEveryBurst]) {
      if (amount.kind !== question.kind) continue;
      const [late] = compare(question, before, after, amount.usage, now).filter(isPassage);
      if (late === undefined) continue;
      note({ ...late, what: `${late.what}, ${amount.after}` });
      amounts.delete(amount);
    }
  }
  const every = [...changes.values(), ...settingChanges(before, after, limits)];
  const opened = every.filter(({ direction }) => direction === 'opens');
  const closed = every.filter(({ direction }) => direction === 'closes');
  const files = diffFiles(before.files, after.files);
  const needsNewSandbox = files.needsNewSandbox || settledAtStart(before) !== settledAtStart(after);
  return { changes: [...opened, ...closed], files: { ...files, needsNewSandbox }, asked, limits: limits.sentences };
}

function* questionsOf(snapshots: readonly Snapshot[], limits: Limits): Generator<Question> {
  const values = parametersToTry(snapshots);
  const destinations = values.filter((list) => list.every(({ role }) => role === 'destination'));
  yield* requestSpace(snapshots, labelsOfData(snapshots), limits, [], destinations);
  yield* toolSpace(snapshots, values, limits);
  yield* modelSpace(snapshots, labelsOfModelRequests(snapshots), limits);
}

/** What of a policy a sandbox keeps from its start to its end, beside the paths that it lists. */
function settledAtStart({ systemCalls, taskSecrets }: Snapshot): string {
  return JSON.stringify([systemCalls, taskSecrets]);
}

/** Whether it is about who passes at all, and not about the terms. */
function isPassage({ before }: Change): boolean {
  return opennessWords.some((word) => word === before);
}

function compare(question: Question, before: Snapshot, after: Snapshot, usage: Usage, now: number): readonly Change[] {
  const [old, draft] = [decide(question, before, usage, now), decide(question, after, usage, now)];
  const [was, is] = [opennessOf(old), opennessOf(draft)];
  const common = {
    what: `${describeQuestion(question)}${describeData(question)}`,
    question,
    rules: { before: rulesOf(old), after: rulesOf(draft) },
    alike: 1,
  };
  if (was !== is) return [{ ...common, direction: opensMore(was, is) ? 'opens' : 'closes', before: was, after: is }];
  if (is === 'refused') return [];
  const terms = divergentTerms(
    { question, decision: old, snapshot: before },
    { question, decision: draft, snapshot: after },
  );
  return terms.map((found: Divergence) => ({
    ...common,
    direction: found.direction,
    before: `${was}, ${found.before}`,
    after: `${is}, ${found.after}`,
  }));
}

/** What is not ordinary about the data of an example. */
function describeData(question: Question): string {
  const parameters = question.kind === 'egress' ? question.operation?.parameters : undefined;
  const [parameter] = (question.kind === 'tool' ? question.parameters : parameters) ?? [];
  if (parameter !== undefined) return `, its ${parameter.role} ${describeLabel(parameter.label)}`;
  if (question.kind === 'tool') return '';
  const { integrity, confidentiality } = question.data;
  const isOrdinary = integrity === ordinaryData.integrity && confidentiality === ordinaryData.confidentiality;
  return isOrdinary ? '' : `, with data ${describeLabel(question.data)}`;
}

const origins: Readonly<Record<Label['integrity'], string>> = {
  user: 'from the person',
  local: 'from the company',
  external: 'from strangers',
};

function describeLabel({ integrity, confidentiality }: Label): string {
  return `${origins[integrity]} that is ${confidentiality}`;
}

function rulesOf({ rules }: Decision): readonly string[] {
  return rules.map(({ layer, path }) => `${layer}: ${path}`);
}

/** Changes with the same key have the same reason. */
function keyOf({ question, before, after, rules }: Change): string {
  const isConnection = question?.kind === 'egress' && question.operation === undefined;
  return JSON.stringify([isConnection ? 'connection' : question?.kind, before, after, rules]);
}
