import { setTimeout as sleep } from 'node:timers/promises';
import { type ChangesResult, recoverChanges, type SandboxDriver } from '@clawhold/sandbox';
import { ClawholdError, type EventBody, ledgerEvent, type RunId } from '@clawhold/spec';
import type { Gateway } from '../gateway/gateway.ts';
import { allRunRecords, type RunRecord, readRunRecord, viewOf, writeRunRecord } from '../runs/run-folder.ts';

type Work = EventBody<'files.recovered'>['work'];

interface SettlingParts {
  /** The supervisor's own folder. */
  readonly folder: string;
  readonly driver: SandboxDriver;
}

/** What was found half-way at a start, and how it ended. */
export interface Recovered extends EventBody<'files.recovered'> {
  readonly run: RunId;
}

/** Does a keep or an undo between two records of it, so that the next process knows what this one left half-way. */
export async function settle(
  { folder, driver }: SettlingParts,
  record: RunRecord,
  work: Work,
  act: () => Promise<ChangesResult>,
): Promise<ChangesResult> {
  const done = await recoverChanges(driver, viewOf(folder, record));
  await writeRunRecord(folder, { ...record, settling: { work, done } });
  try {
    const result = await act();
    const kept = result.applied ? work === 'keep' : record.kept;
    await writeRunRecord(folder, { ...record, kept, settling: null });
    return result;
  } catch (error) {
    // A job that said why it failed changed nothing. One that was killed said nothing, so its record stays.
    if (error instanceof ClawholdError && error.code !== 'files_killed') await writeRunRecord(folder, record);
    throw error;
  }
}

/** A job that died with the supervisor before holds its lock for a moment longer. */
const busyAttempts = 50;
const busyMilliseconds = 100;

/**
 * Finishes or takes back every keep and undo that a supervisor before this one left half-way. Runs before anybody can
 * ask for files. A folder that cannot be reached now does not hold up the others: it keeps its record for the next time.
 */
export async function recoverRuns(parts: SettlingParts): Promise<readonly Recovered[]> {
  const recovered: Recovered[] = [];
  for (const record of await allRunRecords(parts.folder)) {
    const { run, settling } = record;
    if (settling === null) continue;
    try {
      const done = await recoverPatiently(parts, record);
      const isFinished = done > settling.done;
      // `settling` stays until the ledger knows.
      await writeRunRecord(parts.folder, { ...record, kept: isFinished ? settling.work === 'keep' : record.kept });
      recovered.push({ run, work: settling.work, end: isFinished ? 'finished' : 'taken_back' });
    } catch (error) {
      console.error(`files of ${run}`, error);
    }
  }
  return recovered;
}

async function recoverPatiently({ folder, driver }: SettlingParts, record: RunRecord): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await recoverChanges(driver, viewOf(folder, record));
    } catch (error) {
      const isBusy = error instanceof ClawholdError && error.code === 'state_files_busy';
      if (!isBusy || attempt === busyAttempts) throw error;
      await sleep(busyMilliseconds);
    }
  }
}

const sentences: Readonly<Record<Recovered['end'], Readonly<Record<Work, string>>>> = {
  finished: {
    keep: 'A keep was interrupted by the end of the supervisor and is now finished: every chosen change is in the folder.',
    undo: 'An undo was interrupted by the end of the supervisor and is now finished: the folder is as it was before the keep.',
  },
  taken_back: {
    keep: 'A keep was interrupted by the end of the supervisor and was taken back: nothing of it is in the folder.',
    undo: 'An undo was interrupted by the end of the supervisor and was taken back: the folder is as the keep left it.',
  },
};

/** Tells ledger and person. A record that could not be written is found again at the next start. */
export async function recordRecovered(
  folder: string,
  gateway: Pick<Gateway, 'appendEvents' | 'appendTimeline'>,
  recovered: readonly Recovered[],
): Promise<void> {
  for (const { run, work, end } of recovered) {
    const body = { kind: 'note', level: 'warning', text: sentences[end][work] } as const;
    try {
      await gateway.appendEvents({
        events: [ledgerEvent('files.recovered', { work, end }, { actor: 'supervisor', run })],
      });
      await gateway.appendTimeline({ run, bodies: [body] });
      await writeRunRecord(folder, { ...(await readRunRecord(folder, run)), settling: null });
    } catch (error) {
      console.error(`record of ${run}`, error);
    }
  }
}
