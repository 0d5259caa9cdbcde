import { ClawholdError, limits } from '@clawhold/spec';
import { writeFields } from './fields.ts';
import { decodePath, type EncodedPath } from './file-path.ts';
import { type TaskFolderView, viewArguments } from './task-folder-view.ts';
import { runJob, type TreeJobs } from './tree-jobs.ts';

/** Both sides of a change as bytes; null where there is no file. */
export interface ChangeContent {
  readonly before: Buffer | null;
  readonly after: Buffer | null;
  /** At least one side is longer than what is here. */
  readonly cut: boolean;
}

export interface ReadOptions {
  /** The view it is a change of. Default: the task folder itself. */
  readonly from?: TaskFolderView | undefined;
  /** Bytes of each side. Default: `limits.fileReadBytes`. */
  readonly most?: number;
}

/**
 * Reads both sides of a change, for a diff of their text. Links are not followed and only files are opened; what an agent
 * wrote is hostile, whoever shows it escapes it.
 *
 * @throws ClawholdError `input_file_selection` for a path that is not plain and relative.
 */
export async function readChange(
  jobs: TreeJobs,
  view: TaskFolderView,
  change: EncodedPath & { readonly change: string },
  { from, most = limits.fileReadBytes }: ReadOptions = {},
): Promise<ChangeContent> {
  const old = from === undefined ? ['read', view.taskFolder] : ['show', ...viewArguments(from)];
  const before = change.change === 'added' ? nothing : await readSide(jobs, old, change, most);
  const now = ['show', ...viewArguments(view)];
  const after = change.change === 'deleted' ? nothing : await readSide(jobs, now, change, most);
  return { before: before.bytes, after: after.bytes, cut: before.cut || after.cut };
}

const nothing = { bytes: null, cut: false } as const;

async function readSide(
  jobs: TreeJobs,
  side: readonly string[],
  path: EncodedPath,
  most: number,
): Promise<{ bytes: Buffer | null; cut: boolean }> {
  const answer = await runJob(jobs, [...side, String(most)], writeFields([decodePath(path)]));
  const end = answer.indexOf(0);
  if (end < 0) throw new ClawholdError('files_killed', 'A file job ended in the middle of its answer.');
  const size = answer.toString('latin1', 0, end);
  if (size === '-') return nothing;
  const bytes = answer.subarray(end + 1);
  return { bytes, cut: Number(size) > bytes.length };
}
