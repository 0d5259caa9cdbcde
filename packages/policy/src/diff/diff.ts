import { type Decision, noUsage, type Question } from '@clawhold/spec';
import type { Snapshot } from '../compile/snapshot.ts';
import { decide } from '../decide/decide.ts';
import { describeQuestion } from '../decide/explain.ts';
import { diffFiles, type FilesDiff } from '../files/diff-files.ts';
import { Limits } from '../space/limits.ts';
import { modelSpace, toolSpace } from '../space/other-space.ts';
import { ordinaryData, requestSpace } from '../space/request-space.ts';
import { type Openness, opennessOf, opensMore } from './openness.ts';

/** Something that two policies decide differently, by its shortest example. */
export interface Change {
  readonly direction: 'opens' | 'closes';
  /** What is asked in the example, in the words of a person. */
  readonly what: string;
  readonly question: Question;
  readonly before: Openness;
  readonly after: Openness;
  /** The rules that decided before and after, as `layer: path`. */
  readonly rules: { readonly before: readonly string[]; readonly after: readonly string[] };
  /** How many kinds of questions change for the same reason; the example is one of them. */
  readonly alike: number;
}

export interface PolicyDiff {
  readonly changes: readonly Change[];
  readonly files: FilesDiff;
  /** How many kinds of questions were asked of both. */
  readonly asked: number;
  /** What the comparison could not cover, a sentence each. None: what is not listed is decided alike by both. */
  readonly limits: readonly string[];
}

/**
 * What the second policy opens and closes, by example. Every example was decided by both; of the many that change for
 * the same reason the shortest stands for all.
 */
export function diffPolicies(before: Snapshot, after: Snapshot, now: number): PolicyDiff {
  const limits = new Limits();
  const snapshots = [before, after];
  const changes = new Map<string, Change>();
  let asked = 0;
  for (const question of questionsOf(snapshots, limits)) {
    asked++;
    const change = compare(question, decide(question, before, noUsage, now), decide(question, after, noUsage, now));
    if (change === undefined) continue;
    const key = keyOf(change);
    const known = changes.get(key);
    const first = known === undefined || change.what.length < known.what.length ? change : known;
    changes.set(key, { ...first, alike: (known?.alike ?? 0) + 1 });
  }
  const opened = [...changes.values()].filter(({ direction }) => direction === 'opens');
  const closed = [...changes.values()].filter(({ direction }) => direction === 'closes');
  const files = diffFiles(before.files, after.files);
  return { changes: [...opened, ...closed], files, asked, limits: limits.sentences };
}

function* questionsOf(snapshots: readonly Snapshot[], limits: Limits): Generator<Question> {
  const secret = { ...ordinaryData, integrity: 'external', confidentiality: 'secret' } as const;
  const labels = snapshots.some(looksAtLabels) ? [ordinaryData, secret] : [ordinaryData];
  yield* requestSpace(snapshots, labels, limits);
  yield* toolSpace(snapshots, limits);
  yield* modelSpace(snapshots, ordinaryData, limits);
}

function looksAtLabels({ flows, documents }: Snapshot): boolean {
  if (flows.length > 0) return true;
  return Object.values(documents).some((document) =>
    Object.values(document?.network_policies ?? {}).some(({ endpoints }) =>
      endpoints.some(({ request }) => request?.forbid !== undefined),
    ),
  );
}

function compare(question: Question, before: Decision, after: Decision): Change | undefined {
  const [was, is] = [opennessOf(before), opennessOf(after)];
  if (was === is) return undefined;
  return {
    direction: opensMore(was, is) ? 'opens' : 'closes',
    what: describeQuestion(question),
    question,
    before: was,
    after: is,
    rules: { before: rulesOf(before), after: rulesOf(after) },
    alike: 1,
  };
}

function rulesOf({ rules }: Decision): readonly string[] {
  return rules.map(({ layer, path }) => `${layer}: ${path}`);
}

/** Changes with the same key have the same reason. */
function keyOf({ question, before, after, rules }: Change): string {
  const kind = question.kind === 'egress' && question.operation === undefined ? 'connection' : question.kind;
  return JSON.stringify([kind, before, after, rules]);
}
