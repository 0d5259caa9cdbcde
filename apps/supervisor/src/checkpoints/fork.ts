import type { Checkpoint, RunId } from '@clawhold/spec';
import type { CarriedLabels } from '../labels/carried-labels.ts';
import type { LiveRuns } from '../runs/live-runs.ts';
import { type RunRecord, writeRunRecord } from '../runs/run-folder.ts';
import type { Slots } from '../runs/slots.ts';
import type { Checkpoints } from './checkpoints.ts';
import { openRunRecord } from './open-record.ts';

export interface ForkParts {
  readonly folder: string;
  readonly runs: Pick<LiveRuns, 'find'>;
  readonly slots: Slots;
  readonly checkpoints: Pick<Checkpoints, 'fork'>;
  readonly carried: Pick<CarriedLabels, 'note' | 'isSecret' | 'markSecret'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** What makes a run out of another one. */
export type Forker = (run: RunId, as: RunId, from: string | null) => Promise<Checkpoint>;

/**
 * Makes the storage of a new run whose view begins at a checkpoint of another one. Neither sees what the other one changes
 * later. What was kept of the other one is in the folder already, so it has nothing to fork.
 */
export function createForker({ folder, runs, slots, checkpoints, carried, now }: ForkParts): Forker {
  return async (run, as, from) => {
    const parent = await openRunRecord(folder, run);
    const slot = await slots.take();
    const record: RunRecord = {
      ...parent,
      run: as,
      slot,
      opened: now(),
      keep: null,
      forkedFrom: run,
      settling: null,
    };
    try {
      const checkpoint = await checkpoints.fork(run, from, record);
      const live = runs.find(run);
      // After the files were closed: whatever is in them, the run knew by then.
      if (live !== undefined) await carried.note(live);
      if (await carried.isSecret(run)) await carried.markSecret(as);
      // Last of all: without it there is no run.
      await writeRunRecord(folder, record);
      return checkpoint;
    } finally {
      slots.release(slot);
    }
  };
}
