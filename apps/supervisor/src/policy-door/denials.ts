import { describeQuestion } from '@clawhold/policy';
import { type Decision, type EgressQuestion, limits, type Reason, type RunId } from '@clawhold/spec';

/** One refusal as its own sandbox may read it again. */
export interface ShownDenial {
  readonly id: string;
  readonly time: string;
  readonly what: string;
  readonly reasons: readonly Reason[];
  readonly mayBeAskedFor: boolean;
}

/** The last denials of each run, in memory only: they are for the program that was refused. */
export interface Denials {
  note(run: RunId, question: EgressQuestion, decision: Decision): void;
  /** Oldest first. */
  of(run: RunId): readonly ShownDenial[];
  /** Undefined when it is not one of this run, or forgotten. */
  question(run: RunId, denial: string): EgressQuestion | undefined;
  forget(run: RunId): void;
}

interface Kept {
  readonly id: string;
  readonly time: number;
  readonly question: EgressQuestion;
  readonly decision: Decision;
}

/** @param now milliseconds since 1970. */
export function createDenials(now: () => number): Denials {
  const runs = new Map<RunId, { readonly kept: Kept[]; count: number }>();
  return {
    note(run, question, decision) {
      const own = runs.get(run) ?? { kept: [], count: 0 };
      runs.set(run, own);
      own.count++;
      own.kept.push({ id: `d${own.count}`, time: now(), question, decision });
      if (own.kept.length > limits.rememberedDenials) own.kept.shift();
    },
    of: (run) =>
      (runs.get(run)?.kept ?? []).map(({ id, time, question, decision: { reasons } }) => ({
        id,
        time: new Date(time).toISOString(),
        what: describeQuestion(question),
        reasons,
        mayBeAskedFor: reasons[0]?.code === 'no_rule',
      })),
    question: (run, denial) => runs.get(run)?.kept.find(({ id }) => id === denial)?.question,
    forget: (run) => void runs.delete(run),
  };
}
