import {
  type DiffOptions,
  diffTree,
  diffViews,
  keepChanges,
  pathsWrittenAs,
  readChange,
  type SandboxDriver,
  type TaskFolderView,
  type TreeDiff,
  undoChanges,
} from '@clawhold/sandbox';
import { ClawholdError, type FileOutcome, type RunId } from '@clawhold/spec';
import type { Checkpoints } from '../checkpoints/checkpoints.ts';
import type { CarriedLabels } from '../labels/carried-labels.ts';
import type { KeptSecrets } from '../labels/kept-secrets.ts';
import type { LiveRuns } from '../runs/live-runs.ts';
import { type RunRecord, readRunRecord, viewOf } from '../runs/run-folder.ts';
import { settle } from './settling.ts';

export interface Settled {
  readonly applied: boolean;
  readonly outcomes: FileOutcome[];
}

/** What people do with the files of a run; works also when the run's sandbox ended long ago. */
export interface RunFiles {
  list(run: RunId, between?: Between): Promise<TreeDiff>;
  read(
    run: RunId,
    path: string,
    between?: Between,
  ): Promise<{ before: string | null; after: string | null; cut: boolean }>;
  keep(run: RunId, choice: KeepChoice): Promise<Settled>;
  discard(run: RunId): Promise<void>;
  undo(run: RunId): Promise<Settled>;
}

/** Names of checkpoints; without them the task folder, and the view as it is. */
export interface Between {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

export interface KeepChoice {
  /** Digest of the list that the person saw. */
  readonly digest: string;
  readonly paths: readonly string[] | null;
  readonly skipConflicts: boolean;
}

export interface RunFilesParts {
  readonly folder: string;
  readonly driver: SandboxDriver;
  readonly runs: LiveRuns;
  readonly checkpoints: Pick<Checkpoints, 'viewAt' | 'looking' | 'discard'>;
  readonly carried: Pick<CarriedLabels, 'isSecret'>;
  readonly keptSecrets: Pick<KeptSecrets, 'add'>;
}

/** One keep for each list that a person saw. */
const keepId = (digest: string): string => `keep-${digest.slice(0, 32)}`;

const base64 = (bytes: Buffer | null): string | null => bytes?.toString('base64') ?? null;

export function createRunFiles({ folder, driver, runs, checkpoints, carried, keptSecrets }: RunFilesParts): RunFiles {
  async function list(run: RunId, between: Between = {}, options: DiffOptions = {}): Promise<TreeDiff> {
    const record = await readRunRecord(folder, run);
    return still(run, async () => {
      const [from, to] = await viewsOf(record, between);
      return from === undefined ? diffTree(driver, to, options) : diffViews(driver, from, to, options);
    });
  }

  async function viewsOf(
    record: RunRecord,
    { from, to }: Between,
  ): Promise<readonly [TaskFolderView | undefined, TaskFolderView]> {
    const before = from === undefined ? undefined : await checkpoints.viewAt(record, from);
    return [before, await checkpoints.viewAt(record, to)];
  }

  /** A list of a tree that moves is no list: the sandbox stands still meanwhile. */
  async function still<Result>(run: RunId, work: () => Promise<Result>): Promise<Result> {
    const live = runs.find(run);
    return checkpoints.looking(() => (live === undefined ? work() : live.frost.during(work)));
  }

  function assertEnded(run: RunId): void {
    if (runs.find(run) === undefined) return;
    throw new ClawholdError('state_run_going_on', `The run ${run} is still going on.`);
  }

  return {
    list,

    async read(run, path, between = {}) {
      const { changes } = await list(run, between, { only: pathsWrittenAs(path) });
      const change = changes.find((candidate) => candidate.path === path);
      if (change === undefined)
        throw new ClawholdError('input_file_selection', `"${path}" is not among the changes of ${run}.`);
      const record = await readRunRecord(folder, run);
      const { before, after, cut } = await still(run, async () => {
        const [from, to] = await viewsOf(record, between);
        return readChange(driver, to, change, { from });
      });
      return { before: base64(before), after: base64(after), cut };
    },

    async keep(run, { digest, paths, skipConflicts }) {
      assertEnded(run);
      const record = await readRunRecord(folder, run);
      const shown = await list(run);
      // Done, and whoever asked for it never heard: the same question, or one about nothing that is left, gets its answer.
      if (record.keep !== null && record.kept && (record.keep === keepId(digest) || shown.changes.length === 0)) {
        const again = { id: record.keep, shown, paths: [] };
        const { applied, outcomes } = await still(run, async () =>
          keepChanges(driver, await checkpoints.viewAt(record), again),
        );
        return { applied, outcomes: [...outcomes] };
      }
      if (shown.digest !== digest)
        throw new ClawholdError('state_changes_differ', 'The changes are not the ones that were shown.', {
          hint: `Look again: npx clawhold diff ${run}`,
        });
      // Before they are in the folder: the next run may begin at any moment.
      if (await carried.isSecret(run)) await keptSecrets.add(record.taskFolder, run, written(shown, paths));
      const keep = keepId(digest);
      const { applied, outcomes } = await settle({ folder, driver }, { ...record, keep }, 'keep', () =>
        still(run, async () =>
          keepChanges(driver, await checkpoints.viewAt(record), { id: keep, shown, paths, skipConflicts }),
        ),
      );
      return { applied, outcomes: [...outcomes] };
    },

    async discard(run) {
      assertEnded(run);
      await checkpoints.discard(await readRunRecord(folder, run));
    },

    async undo(run) {
      const record = await readRunRecord(folder, run);
      if (record.keep === null) throw new ClawholdError('state_not_kept', `Nothing of ${run} was kept.`);
      const { keep: id } = record;
      const { applied, outcomes } = await settle({ folder, driver }, record, 'undo', () =>
        undoChanges(driver, viewOf(folder, record), { id }),
      );
      return { applied, outcomes: [...outcomes] };
    },
  };
}

/** What a keep of these paths leaves in the folder that was not there before, or not like this. */
function written({ changes }: TreeDiff, chosen: readonly string[] | null): readonly string[] {
  return changes
    .filter(({ path, change }) => change !== 'deleted' && (chosen === null || chosen.includes(path)))
    .map(({ path }) => path);
}
