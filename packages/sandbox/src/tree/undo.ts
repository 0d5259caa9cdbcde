import { readGroups } from './fields.ts';
import { type ChangesResult, readOutcomes } from './outcomes.ts';
import { storagePaths, type TaskFolderView } from './task-folder-view.ts';
import { runJob, type TreeJobs } from './tree-jobs.ts';

/** Which keep to take back. */
export interface UndoSelection {
  /** The id of the keep. */
  readonly id: string;
  /** Take back the rest when some entries changed since they were kept. Default: one conflict, and nothing is undone. */
  readonly skipConflicts?: boolean;
}

/**
 * Takes a keep back: content, modes, links, owners, attributes and file times are as they were before it. What the person
 * changed after the keep is a conflict. All or nothing, as {@link keepChanges}; asking again does it at most once.
 *
 * @throws ClawholdError `state_not_kept` when there is no such keep; else as {@link keepChanges}.
 */
export async function undoChanges(
  jobs: TreeJobs,
  view: TaskFolderView,
  selection: UndoSelection,
): Promise<ChangesResult> {
  const how = selection.skipConflicts === true ? 'skip' : 'all';
  const answer = await runJob(jobs, ['undo', view.taskFolder, storagePaths(view).kept, selection.id, how]);
  return readOutcomes(answer, 'Not undone, because other files changed since.');
}

/**
 * Finishes or takes back what was killed half-way. Keep and undo do it by themselves; call it at the start of a
 * supervisor, so that no task folder waits for that.
 *
 * @returns how many keeps and undos of this view are done, those of earlier times included: one more than before says
 *   that the killed one was finished, as many say that it was taken back.
 * @throws ClawholdError `state_files_busy` while a keep or undo of this task folder runs.
 */
export async function recoverChanges(jobs: TreeJobs, view: TaskFolderView): Promise<number> {
  const answer = await runJob(jobs, ['recover', view.taskFolder, storagePaths(view).kept]);
  const [done] = readGroups(answer, 1);
  return Number(done?.[0]?.toString());
}
