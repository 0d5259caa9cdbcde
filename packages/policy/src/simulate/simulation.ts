import { type Decision, noUsage, type Question } from '@clawhold/spec';
import type { Snapshot } from '../compile/snapshot.ts';
import { decide } from '../decide/decide.ts';
import { describeQuestion } from '../decide/explain.ts';
import { type Openness, opennessOf, opensMore } from '../diff/openness.ts';

/** Recorded decisions that a draft would decide differently, for the same reason. */
export interface SimulatedChange {
  readonly direction: 'opens' | 'closes';
  readonly before: Openness;
  readonly after: Openness;
  /** The rule of the draft that decides now, as `layer: path`; null when none is about it any more. */
  readonly rule: string | null;
  readonly reason: string;
  readonly count: number;
  /** The first of them, in the words of a person. */
  readonly example: string;
}

export interface SimulationReport {
  readonly decisions: number;
  /** Recorded denials by budgets and bursts: they were about amounts, which a draft does not know. */
  readonly leftOut: number;
  /** Most frequent first. */
  readonly changes: readonly SimulatedChange[];
}

const amounts: ReadonlySet<string> = new Set(['budget', 'burst']);

/** Replays recorded decisions against a draft, one at a time, so that a ledger of any length fits. */
export class Simulation {
  readonly #draft: Snapshot;
  readonly #now: number;
  readonly #changes = new Map<string, SimulatedChange>();
  #decisions = 0;
  #leftOut = 0;

  /** @param now milliseconds since 1970; it matters to a draft that learns until some time. */
  constructor(draft: Snapshot, now: number) {
    this.#draft = draft;
    this.#now = now;
  }

  add(question: Question, recorded: Decision): void {
    if (recorded.reasons.some(({ code }) => amounts.has(code))) {
      this.#leftOut++;
      return;
    }
    this.#decisions++;
    const decision = decide(question, this.#draft, noUsage, this.#now);
    const before = recordedOpenness(recorded);
    const after = opennessOf(decision);
    if (before !== after) this.#count(question, before, after, decision);
  }

  report(): SimulationReport {
    const changes = [...this.#changes.values()].toSorted((a, b) => b.count - a.count);
    return { decisions: this.#decisions, leftOut: this.#leftOut, changes };
  }

  #count(question: Question, before: Openness, after: Openness, { rules, reasons }: Decision): void {
    const [found] = rules;
    const rule = found === undefined ? null : `${found.layer}: ${found.path}`;
    const key = `${before}>${after}>${rule ?? reasons[0]?.code ?? ''}`;
    const known = this.#changes.get(key);
    this.#changes.set(key, {
      direction: opensMore(before, after) ? 'opens' : 'closes',
      before,
      after,
      rule,
      reason: known?.reason ?? reasons[0]?.text ?? '',
      count: (known?.count ?? 0) + 1,
      example: known?.example ?? describeQuestion(question),
    });
  }
}

/** What a grant allowed was asked about: the draft asks again. */
function recordedOpenness(recorded: Decision): Openness {
  const granted = recorded.obligations.some(({ kind }) => kind === 'consume_grant');
  return granted ? 'asks' : opennessOf(recorded);
}
