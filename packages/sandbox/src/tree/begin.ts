import { runJob, type TreeJobs } from './tree-jobs.ts';

/**
 * Records the moment at which a run begins; call it just before the sandbox starts. It costs one look at the folder,
 * whatever its size: what the person changes later is found by comparing time stamps with this moment.
 *
 * @returns an opaque text for {@link TaskFolderView.begun}, to be stored with the run.
 * @throws ClawholdError `files_unreachable` when there is no such folder.
 */
export async function beginRun(jobs: TreeJobs, taskFolder: string): Promise<string> {
  const answer = await runJob(jobs, ['begin', taskFolder]);
  return answer.subarray(0, -1).toString('utf8');
}
