import { ClawholdError } from '@clawhold/spec';
import type { PreparedCall } from '@clawhold/tools';
import type { Gateway } from '../gateway/gateway.ts';
import type { LiveRun } from '../runs/live-run.ts';
import type { StepInput } from '../steps/run-step.ts';
import type { Checkpoints } from './checkpoints.ts';

/**
 * Takes the checkpoint before a step that may destroy something: a command, what writes files or changes something outside.
 * Its number, or null when there is none: a program of the run still works, or it has as many as there can be. That is in
 * the record of the step, and does not hold it up.
 */
export function createCheckpointBefore(
  checkpoints: Pick<Checkpoints, 'take'>,
  gateway: Pick<Gateway, 'appendTimeline'>,
): (run: LiveRun, step: StepInput, prepared: PreparedCall) => Promise<number | null> {
  return async (run, { step, approval }, { effect }) => {
    if (effect === 'read' && approval === undefined) return null;
    try {
      const { checkpoint, isNew } = await checkpoints.take(run.id, { name: null, step });
      // The ledger has it with the step; for a person who watches a moment later is early enough.
      if (isNew)
        void gateway.appendTimeline({ run: run.id, bodies: [{ kind: 'checkpoint', checkpoint }] }).catch(ignored);
      return checkpoint.number;
    } catch (error) {
      if (error instanceof ClawholdError) return null;
      throw error;
    }
  };
}

const ignored = (): void => undefined;
