import { readClosedGroups, writeFields } from './fields.ts';
import { encodePath } from './file-path.ts';
import { hiddenFileKinds, shownFileNames } from './hidden-files.ts';
import { storagePaths, type TaskFolderView } from './task-folder-view.ts';
import { runJob, type TreeJobs } from './tree-jobs.ts';

/** What a policy adds to {@link hiddenFileKinds} and takes from it: globs on the last components of a path. */
export interface HiddenFileChoice {
  readonly hide: readonly string[];
  readonly show: readonly string[];
}

/**
 * Hides secrets of the task folder from the sandboxes that start on this storage from now on. Call it before each of them,
 * and never while one lives. It reads the names of the whole folder; a start costs the same as ever. A file that the
 * person makes later is hidden from the next sandbox.
 *
 * @returns the paths that are hidden, as people read them.
 * @throws ClawholdError `state_files_busy` while a sandbox works on the storage; `files_*` when the folder cannot be read.
 */
export async function maskTaskFolder(
  jobs: TreeJobs,
  view: Pick<TaskFolderView, 'taskFolder' | 'storage'>,
  choice: HiddenFileChoice,
): Promise<readonly string[]> {
  const { trash } = storagePaths(view);
  const answer = await runJob(jobs, ['mask', view.taskFolder, view.storage, trash], writeFields(rules(choice)));
  return readClosedGroups(answer, 1).groups.map(([path = Buffer.alloc(0)]) => encodePath(path).path);
}

/** Pairs of a glob and a text that the file must hold; see `native/launcher/src/tree/hidden.h`. */
function rules({ hide, show }: HiddenFileChoice): readonly Buffer[] {
  const hidden = hiddenFileKinds.flatMap(({ names, holding = [''] }) =>
    words(names).flatMap((name) => holding.map((text) => [name, text])),
  );
  const shown = [...words(shownFileNames), ...show].map((name) => [`!${name}`, '']);
  return [...hidden, ...hide.map((name) => [name, '']), ...shown].flat().map((field) => Buffer.from(field));
}

function words(text: string): readonly string[] {
  return text.split(/\s+/);
}
