import { createHash } from 'node:crypto';
import { setImmediate as othersTurn } from 'node:timers/promises';
import { type FileChange, fileChangeSchema } from '@clawhold/spec';
import { type Difference, differencesBetween } from './difference.ts';
import { type EntryState, readEntryState } from './entry-state.ts';
import { executionOf } from './executable-files.ts';
import { readClosedGroups, writeFields } from './fields.ts';
import { encodePath } from './file-path.ts';
import { withMoves } from './moves.ts';
import { explain } from './reasons.ts';
import { type TaskFolderView, viewArguments } from './task-folder-view.ts';
import { runJob, type TreeJobs } from './tree-jobs.ts';

/** A change as a person sees it, with what `keep` needs to take exactly that. */
export interface ShownChange extends FileChange {
  /**
   * The states before and after as the file job wrote them, each byte as one character (latin1), so that names survive.
   * A keep is refused for a path where either is no longer true.
   */
  readonly states: { readonly before: string; readonly after: string };
}

/** Everything a run changed in its view of the task folder. */
export interface TreeDiff {
  /** Those that the person's own tools would execute first, then by path, bytewise. */
  readonly changes: readonly ShownChange[];
  /** SHA-256 over paths, states and refusals of the list: it stands for exactly what was shown. */
  readonly digest: string;
}

export interface DiffOptions {
  /**
   * Only these paths, each by itself: a few cost what they are, however much the run changed. A folder stands for itself and
   * not for what is in it, and a file came from one of these paths or from nowhere. Default: all.
   */
  readonly only?: readonly Buffer[] | undefined;
}

/**
 * Lists what differs between the task folder and the view of a run. Call it on a frozen or ended run. A rename is one
 * deletion, and one addition that says where it came from.
 *
 * @throws ClawholdError `files_too_many` when the list would be longer than 64 MiB; it is never cut.
 * @throws ClawholdError `files_*` when either side cannot be read, or the view's root carries foreign marks.
 */
export async function diffTree(jobs: TreeJobs, view: TaskFolderView, { only }: DiffOptions = {}): Promise<TreeDiff> {
  return toDiff(await listDifferences(jobs, view, only));
}

/**
 * Lists what differs between two views of the same task folder, such as two checkpoints of a run. What is too large to be
 * read is the same when its size and mode are.
 *
 * @throws ClawholdError as {@link diffTree}.
 */
export async function diffViews(
  jobs: TreeJobs,
  from: TaskFolderView,
  to: TaskFolderView,
  { only }: DiffOptions = {},
): Promise<TreeDiff> {
  const [before, after] = [await listDifferences(jobs, from, only), await listDifferences(jobs, to, only)];
  return toDiff(differencesBetween(before, after));
}

async function listDifferences(
  jobs: TreeJobs,
  view: TaskFolderView,
  only: readonly Buffer[] | undefined,
): Promise<readonly Difference[]> {
  const answer =
    only === undefined
      ? await runJob(jobs, ['diff', ...viewArguments(view)])
      : await runJob(jobs, ['compare', ...viewArguments(view)], writeFields(only));
  return readClosedGroups(answer, 4).groups.map(([path = empty, before = empty, after = empty, refused = empty]) => ({
    path,
    before,
    after,
    refused,
  }));
}

/** So many lines are made in one go; then whatever else this process has to do comes first. */
const linesInOneGo = 1_000;

async function toDiff(differences: readonly Difference[]): Promise<TreeDiff> {
  const sorted = differences.toSorted((one, other) => one.path.compare(other.path));
  const hash = createHash('sha256');
  const changes: ShownChange[] = [];
  for (let from = 0; from < sorted.length; from += linesInOneGo) {
    if (from > 0) await othersTurn();
    const lines = sorted.slice(from, from + linesInOneGo);
    hash.update(writeFields(lines.flatMap(({ path, before, after, refused }) => [path, before, after, refused])));
    for (const { path, before, after, refused } of lines)
      changes.push(toChange(path, before, after, refused.toString()));
  }
  const [first, rest] = [
    changes.filter(({ executable }) => executable),
    changes.filter((change) => !change.executable),
  ];
  return { changes: withMoves([...first, ...rest]), digest: hash.digest('hex') };
}

const empty = Buffer.alloc(0);

function toChange(path: Buffer, before: Buffer, after: Buffer, refused: string): ShownChange {
  const [old, now] = [readEntryState(before), readEntryState(after)];
  const shown = now.type === 'absent' ? old : now;
  const mode = 'mode' in now ? now.mode : null;
  const type = shown.type === 'absent' ? 'other' : shown.type;
  const execution = executionOf({ path: path.toString('utf8'), type, mode });
  const change = fileChangeSchema.parse({
    ...encodePath(path),
    change: kindOf(old, now),
    type,
    mode,
    size: now.type === 'file' ? now.size : null,
    target: now.type === 'symlink' ? now.target : null,
    digestBefore: digestOf(old),
    digestAfter: digestOf(now),
    refused: refused === '' ? null : explain(refused).sentence,
    executable: execution !== null,
    ...(execution?.unasked === true ? { onlyByPath: true as const } : {}),
  } satisfies FileChange);
  return { ...change, states: { before: before.toString('latin1'), after: after.toString('latin1') } };
}

function digestOf(state: EntryState): string | null {
  return state.type === 'file' && state.digest !== '' ? state.digest : null;
}

function kindOf(before: EntryState, after: EntryState): FileChange['change'] {
  if (before.type === 'absent') return 'added';
  if (after.type === 'absent') return 'deleted';
  if (before.type !== after.type) return 'type-changed';
  if (before.type === 'directory') return 'mode-changed';
  const isSameContent = before.type === 'file' && after.type === 'file' && before.digest === after.digest;
  return isSameContent ? 'mode-changed' : 'modified';
}
