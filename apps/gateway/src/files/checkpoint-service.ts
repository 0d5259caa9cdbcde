import { type Checkpoint, ledgerEvent, type RunId } from '@clawhold/spec';
import type { Recorder } from '../audit/recorder.ts';
import type { RunStore } from '../runs/run-store.ts';
import type { SupervisorClient } from '../supervisors/client.ts';
import type { Timeline } from '../timeline/timeline.ts';

/** What a person does with the checkpoints of a run, whether it goes on or has ended. */
export interface CheckpointService {
  list(run: RunId): Promise<readonly Checkpoint[]>;
  take(run: RunId, name: string | null, by: string): Promise<Checkpoint>;
  restore(run: RunId, to: string, by: string): Promise<{ readonly checkpoint: Checkpoint; readonly left: Checkpoint }>;
}

export interface CheckpointServiceParts {
  readonly runs: Pick<RunStore, 'read'>;
  readonly supervisor: SupervisorClient;
  readonly ledger: Recorder;
  readonly timeline: Pick<Timeline, 'append'>;
}

export function createCheckpointService(parts: CheckpointServiceParts): CheckpointService {
  const { runs, supervisor, ledger, timeline } = parts;
  return {
    async list(run) {
      await runs.read(run);
      return (await supervisor.listCheckpoints(run)).checkpoints;
    },

    async take(run, name, by) {
      await runs.read(run);
      const checkpoint = await supervisor.takeCheckpoint({ run, name });
      const taken = { checkpoint: checkpoint.number, name };
      await ledger.append([ledgerEvent('files.checkpoint', taken, { actor: `person:${by}`, run })]);
      await timeline.append(run, [shown(checkpoint)]);
      return checkpoint;
    },

    async restore(run, to, by) {
      await runs.read(run);
      const { checkpoint, left } = await supervisor.restoreCheckpoint({ run, to });
      const restored = { checkpoint: checkpoint.number, left: left.number };
      await ledger.append([ledgerEvent('files.restored', restored, { actor: `person:${by}`, run })]);
      const text = `${by} took the files back to checkpoint ${checkpoint.number}; what they were is checkpoint ${left.number}.`;
      await timeline.append(run, [shown(left), { body: { kind: 'note', level: 'info', text } }]);
      return { checkpoint, left };
    },
  };
}

/** One that had nothing new in it was shown when it was taken. */
function shown(checkpoint: Checkpoint): Parameters<Timeline['append']>[1][number] {
  return { key: `checkpoint/${checkpoint.number}`, body: { kind: 'checkpoint', checkpoint } };
}
