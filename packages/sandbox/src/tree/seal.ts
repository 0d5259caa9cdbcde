import { readGroups } from './fields.ts';
import { storagePaths, type TaskFolderView } from './task-folder-view.ts';
import { runJob, type TreeJobs } from './tree-jobs.ts';

/** Whether anything was written since the last layer was closed. One look, whatever the size of the view. */
export async function hasNewChanges(jobs: TreeJobs, view: TaskFolderView): Promise<boolean> {
  const [answer] = readGroups(await runJob(jobs, ['stirred', storagePaths(view).upper]), 1);
  return answer?.[0]?.toString() === 'yes';
}

/**
 * Closes what the run wrote since the last layer: the folder that takes changes becomes a layer of the pool in one rename,
 * and an empty one takes its place. No sandbox may be mounted on it. Asked again after it was done, it does nothing.
 *
 * @param name of the new layer in the pool of {@link TaskFolderView.layers}.
 */
export async function sealChanges(jobs: TreeJobs, view: TaskFolderView, pool: string, name: string): Promise<void> {
  await runJob(jobs, ['seal', storagePaths(view).upper, pool, name]);
}
