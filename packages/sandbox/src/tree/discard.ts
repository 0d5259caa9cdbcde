import { storagePaths, type TaskFolderView } from './task-folder-view.ts';
import { runJob, type TreeJobs } from './tree-jobs.ts';

/**
 * Throws away everything a run changed. The sandbox must have ended. When this resolves the view shows no changes any
 * more, however many there were; `swept` resolves when they are deleted from the disk too.
 *
 * @throws ClawholdError `files_*` when the changes cannot be moved away.
 */
export async function discardChanges(jobs: TreeJobs, view: TaskFolderView): Promise<{ readonly swept: Promise<void> }> {
  const { upper, trash } = storagePaths(view);
  await runJob(jobs, ['discard', upper, trash]);
  const swept = sweepTrash(jobs, view);
  // Whoever does not wait for it finds the rest still in the trash, and the next sweep deletes it.
  swept.catch(() => undefined);
  return { swept };
}

/** Throws away layers of a pool that no view has any more; those that are gone already do not count. */
export async function dropLayers(
  jobs: TreeJobs,
  view: TaskFolderView,
  pool: string,
  names: readonly string[],
): Promise<void> {
  if (names.length === 0) return;
  await runJob(jobs, ['drop', pool, storagePaths(view).trash, names.join(':')]);
  sweepTrash(jobs, view).catch(() => undefined); // the next sweep deletes it
}

/** Deletes what earlier discards left, also after a crash. Memory and descriptors stay constant. */
export async function sweepTrash(jobs: TreeJobs, view: TaskFolderView): Promise<void> {
  await emptyFolder(jobs, storagePaths(view).trash);
}

/** Deletes what is in a folder of ours, whoever owns it. A folder that is not there is empty. */
export async function emptyFolder(jobs: TreeJobs, folder: string): Promise<void> {
  await runJob(jobs, ['sweep', folder]);
}
