import { ClawholdError, type TimelineBody } from '@clawhold/spec';
import type { PreparedCall } from '@clawhold/tools';
import type { Gateway } from '../gateway/gateway.ts';
import type { LiveRun } from '../runs/live-run.ts';
import type { StepInput } from '../steps/run-step.ts';
import type { Checkpoints } from './checkpoints.ts';

/**
 * Takes the checkpoint before a step that may destroy something: a command, what writes files or changes something outside.
 * Its number, or null when there is none: a program of the run still works, it has as many as there can be, or the driver
 * takes none of a run that goes on. That is in the record of the step, is told the person once for each such time, and does
 * not hold the step up.
 */
export function createCheckpointBefore(
  checkpoints: Pick<Checkpoints, 'take'>,
  gateway: Pick<Gateway, 'appendTimeline'>,
): (run: LiveRun, step: StepInput, prepared: PreparedCall) => Promise<number | null> {
  /** Why a run has had no checkpoint since its last one. */
  const withoutOne = new WeakMap<LiveRun, string>();
  const tell = (run: LiveRun, body: TimelineBody): void =>
    // The ledger has it with the step; for a person who watches a moment later is early enough.
    void gateway.appendTimeline({ run: run.id, bodies: [body] }).catch(ignored);

  return async (run, { step, approval }, { effect }) => {
    if (effect === 'read' && approval === undefined) return null;
    try {
      const { checkpoint, isNew } = await checkpoints.take(run.id, { name: null, step });
      withoutOne.delete(run);
      if (isNew) tell(run, { kind: 'checkpoint', checkpoint });
      return checkpoint.number;
    } catch (error) {
      if (!(error instanceof ClawholdError)) throw error;
      if (withoutOne.get(run) === error.code) return null;
      withoutOne.set(run, error.code);
      const text = `Steps go on without a checkpoint before them: ${error.message}`;
      tell(run, { kind: 'note', level: 'warning', text });
      return null;
    }
  };
}

const ignored = (): void => undefined;
