import type { StepId } from '@clawhold/spec';

/** Which steps of a run are at work: what leaves the sandbox meanwhile is told with the step it can belong to. */
export interface CurrentSteps {
  /** The one step at work; null when none or several are. */
  current(): StepId | null;
  during<Result>(step: StepId, work: () => Promise<Result>): Promise<Result>;
}

export function createCurrentSteps(): CurrentSteps {
  const working = new Set<StepId>();
  return {
    current() {
      const [only] = working;
      return working.size === 1 && only !== undefined ? only : null;
    },
    async during(step, work) {
      working.add(step);
      try {
        return await work();
      } finally {
        working.delete(step);
      }
    },
  };
}
