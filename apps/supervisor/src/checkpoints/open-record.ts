import { ClawholdError, type RunId } from '@clawhold/spec';
import { type RunRecord, readRunRecord } from '../runs/run-folder.ts';

/**
 * The record of a run whose changes are not in the folder yet: those that are cannot be moved here any more.
 *
 * @throws ClawholdError `state_files_settled`, or `state_no_files` when it has no record.
 */
export async function openRunRecord(folder: string, run: RunId): Promise<RunRecord> {
  const record = await readRunRecord(folder, run);
  if (!record.kept) return record;
  throw new ClawholdError('state_files_settled', `The changes of ${run} are in the folder already.`, {
    hint: `Take them back first with: npx clawhold undo ${run}`,
  });
}
