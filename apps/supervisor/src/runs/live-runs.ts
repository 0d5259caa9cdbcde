import { ClawholdError, type RunId } from '@clawhold/spec';
import type { LiveRun } from './live-run.ts';

/** The runs of this process, and those that people stopped: these get no sandbox any more. */
export interface LiveRuns {
  /** @throws ClawholdError `state_run_stopped`, `state_no_sandbox`. */
  get(run: RunId): LiveRun;
  find(run: RunId): LiveRun | undefined;
  all(): readonly LiveRun[];
  add(run: LiveRun): void;
  remove(run: RunId): void;
  markStopped(run: RunId): void;
  /** @throws ClawholdError `state_run_stopped`. */
  assertNotStopped(run: RunId): void;
}

export function createLiveRuns(): LiveRuns {
  const runs = new Map<RunId, LiveRun>();
  const stopped = new Set<RunId>();

  function assertNotStopped(run: RunId): void {
    if (stopped.has(run)) throw new ClawholdError('state_run_stopped', `The run ${run} was stopped.`);
  }

  return {
    get(run) {
      assertNotStopped(run);
      const found = runs.get(run);
      if (found !== undefined) return found;
      throw new ClawholdError('state_no_sandbox', `The run ${run} has no sandbox here.`);
    },
    find: (run) => runs.get(run),
    all: () => [...runs.values()],
    add: (run) => void runs.set(run.id, run),
    remove: (run) => void runs.delete(run),
    markStopped: (run) => void stopped.add(run),
    assertNotStopped,
  };
}
