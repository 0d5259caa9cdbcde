import { ClawholdError, type FileOutcome } from '@clawhold/spec';
import type { ShownChange, TreeDiff } from './diff.ts';
import { writeFields } from './fields.ts';
import { bytesOf, decodePath } from './file-path.ts';
import { leftOut } from './left-out.ts';
import { type ChangesResult, readOutcomes } from './outcomes.ts';
import { storagePaths, type TaskFolderView, viewArguments } from './task-folder-view.ts';
import { runJob, type TreeJobs } from './tree-jobs.ts';

/** Which changes to take into the task folder. */
export interface KeepSelection {
  /** Names this keep; letters, digits, `-` and `_`, at most 64. Asking again with the same id does it at most once. */
  readonly id: string;
  /** The list as the person saw it; whatever is no longer as shown there is refused. */
  readonly shown: TreeDiff;
  /**
   * `path` of the chosen changes; null: all that can be kept, without those that are kept only by their path. New folders
   * above a chosen entry come with it.
   */
  readonly paths: readonly string[] | null;
  /** Keep the rest when some conflict. Default: one conflict or refusal, and nothing is kept. */
  readonly skipConflicts?: boolean;
}

/**
 * Takes changes into the task folder, all chosen ones or none, whenever the job is killed: the next file job of this
 * folder finishes it or takes it back. What is overwritten or deleted is saved first, for {@link undoChanges}.
 *
 * Files become the task folder's owner's. Setuid, setgid and sticky bits, capabilities, and the run's extended attributes
 * stay behind; write permission for group and others comes only where the person's own file had it (0666 → 0644,
 * 0777 → 0755, all other bits as the run left them).
 *
 * @throws ClawholdError `input_file_selection` for a path that was not shown or that two entries share; `state_files_busy`
 *   while another keep or undo of this task folder runs; `files_*` when the disk is full or the folder cannot be written:
 *   then nothing was changed.
 */
export async function keepChanges(
  jobs: TreeJobs,
  view: TaskFolderView,
  selection: KeepSelection,
): Promise<ChangesResult> {
  const chosen = withNewFoldersAbove(choose(selection), selection.shown);
  const answer = await runJob(
    jobs,
    [
      'keep',
      ...viewArguments(view),
      view.begun,
      storagePaths(view).kept,
      selection.id,
      selection.skipConflicts === true ? 'skip' : 'all',
    ],
    writeFields([...chosen].flatMap((change) => [decodePath(change), ...statesOf(change)])),
  );
  const result = readOutcomes(answer, 'Not kept, because other chosen changes could not be.');
  return { ...result, outcomes: [...result.outcomes, ...notKept(selection)] };
}

function choose({ shown, paths }: KeepSelection): readonly ShownChange[] {
  if (paths === null) {
    const left = leftOut(shown);
    return shown.changes.filter((change) => !left.has(change));
  }
  const byPath = Map.groupBy(shown.changes, ({ path }) => path);
  return [...new Set(paths)].map((path) => {
    const [change, ...others] = byPath.get(path) ?? [];
    // A file can be named like the base64 of another one's name: then the path does not say which was meant.
    if (change === undefined || others.length > 0)
      throw new ClawholdError('input_file_selection', `"${path}" is not exactly one of the changes that were shown.`, {
        hint: 'Choose from the current list of changes.',
      });
    return change;
  });
}

/** A folder that the run made comes with what is chosen inside it. One that the person removed does not come back. */
function withNewFoldersAbove(chosen: readonly ShownChange[], { changes }: TreeDiff): ReadonlySet<ShownChange> {
  const newFolders = new Map(changes.filter(isNewFolder).map((change) => [bytesOf(change), change]));
  const all = new Set(chosen);
  for (const change of chosen) {
    if (change.change === 'deleted') continue;
    for (let path = bytesOf(change); path.includes('/'); ) {
      path = path.slice(0, path.lastIndexOf('/'));
      const folder = newFolders.get(path);
      if (folder === undefined || all.has(folder)) break;
      all.add(folder);
    }
  }
  return all;
}

function isNewFolder({ change, type, refused }: ShownChange): boolean {
  return change === 'added' && type === 'directory' && refused === null;
}

function statesOf({ states }: ShownChange): Buffer[] {
  return [Buffer.from(states.before, 'latin1'), Buffer.from(states.after, 'latin1')];
}

/** "All" leaves some out, and says so. */
function notKept({ shown, paths }: KeepSelection): FileOutcome[] {
  if (paths !== null) return [];
  return [...leftOut(shown)].map(([{ path }, explanation]) => ({ path, outcome: 'refused', explanation }));
}
