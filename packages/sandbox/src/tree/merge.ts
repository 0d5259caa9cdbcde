import { type TaskFolderView, type ViewLayers, viewArguments } from './task-folder-view.ts';
import { runJob, type TreeJobs } from './tree-jobs.ts';

/**
 * Makes one more layer of the pool that shows what neighbouring ones show together. It costs a name for each of their
 * files, and no copy. They stay as they are: sandboxes may go on on them meanwhile, and nothing refers to the new one.
 *
 * @param layers neighbours in the view.
 * @param into a name that no layer of the pool ever had: after a merge that was killed something may lie there.
 * @throws ClawholdError `files_*` when that cannot be done, such as for a file that has as many names as there can be.
 */
export async function mergeLayers(
  jobs: TreeJobs,
  view: TaskFolderView,
  layers: ViewLayers,
  into: string,
): Promise<void> {
  await runJob(jobs, ['merge', ...viewArguments({ ...view, layers, atCheckpoint: true }), into]);
}
