import type { Reason } from '@clawhold/spec';
import type { Openness } from '../diff/openness.ts';

/** Recorded decisions that a draft would decide differently, for the same reason. */
export interface SimulatedChange {
  readonly direction: 'opens' | 'closes';
  readonly before: Openness;
  readonly after: Openness;
  /** The rule of the draft that decides now, as `layer: path`; null when none is about it any more. */
  readonly rule: string | null;
  readonly code: Reason['code'] | null;
  readonly reason: string;
  readonly count: number;
  /** The first of them, in the words of a person. */
  readonly example: string;
  /** Where that one stood in what was replayed. */
  readonly first: number;
}

export interface SimulationReport {
  readonly decisions: number;
  /** Whose they were, by name: a document is that of one agent. */
  readonly agents: readonly string[];
  /**
   * Records that rest on what a draft does not know: denials by budgets and bursts, what a granted rule decided, and calls of
   * a tool with arguments too long for the ledger where the draft has a condition about them.
   */
  readonly leftOut: number;
  /** Records of decisions that are not what a ledger holds. */
  readonly unreadable: number;
  /** Most frequent first. */
  readonly changes: readonly SimulatedChange[];
}

/** One report of several, each about other records of the same ledger and the same draft. */
export function joinReports(reports: readonly SimulationReport[]): SimulationReport {
  const changes = new Map<string, SimulatedChange>();
  for (const change of reports.flatMap((report) => report.changes)) {
    const known = changes.get(changeKey(change));
    const earlier = known !== undefined && known.first < change.first ? known : change;
    changes.set(changeKey(change), { ...earlier, count: change.count + (known?.count ?? 0) });
  }
  return {
    decisions: sum(reports.map(({ decisions }) => decisions)),
    agents: [...new Set(reports.flatMap(({ agents }) => agents))].toSorted(),
    leftOut: sum(reports.map(({ leftOut }) => leftOut)),
    unreadable: sum(reports.map(({ unreadable }) => unreadable)),
    changes: byCount([...changes.values()]),
  };
}

/** What makes two changes one. */
export function changeKey({
  before,
  after,
  rule,
  code,
}: Pick<SimulatedChange, 'before' | 'after' | 'rule' | 'code'>): string {
  return `${before}>${after}>${rule ?? code ?? ''}`;
}

export function byCount(changes: readonly SimulatedChange[]): readonly SimulatedChange[] {
  return changes.toSorted((a, b) => b.count - a.count || a.first - b.first);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
