import { readGroups } from './fields.ts';
import { type TaskFolderView, viewArguments } from './task-folder-view.ts';
import { runJob, type TreeJobs } from './tree-jobs.ts';

/** What the changes of a run take of the disk. */
export interface ViewUsage {
  /** As the file system gives them out: blocks, of a sparse file only those that it has. */
  readonly bytes: number;
  /** Files, folders, links and deletions. */
  readonly entries: number;
}

/**
 * Counts what a run wrote, its checkpoints among it, and stops where it is more than `most`. The sandbox must stand still.
 * A file that was deleted and is still open is not counted.
 *
 * @throws ClawholdError `files_*` when it cannot be counted.
 */
export async function measureView(jobs: TreeJobs, view: TaskFolderView, most: ViewUsage): Promise<ViewUsage> {
  const answer = await runJob(jobs, ['usage', ...viewArguments(view), String(most.bytes), String(most.entries)]);
  const [bytes = 0, entries = 0] = readGroups(answer, 2).flat().map(Number);
  return { bytes, entries };
}
