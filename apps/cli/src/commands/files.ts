import type { ApiClient, FileChange, FileOutcome } from '@clawhold/client';
import { ClawholdError } from '@clawhold/spec/error';
import { connect } from '../connection/connect.ts';
import { findRun } from '../connection/find.ts';
import { drawChanges, drawDiff } from '../terminal/diff.ts';
import { hostileLine } from '../terminal/hostile.ts';
import { type Output, paint } from '../terminal/output.ts';
import type { AddCommand } from './command.ts';

/** Checkpoints; without them the person's folder, and the files as they are now. */
interface Between {
  readonly from?: string;
  readonly to?: string;
}

interface KeepOptions {
  readonly skipConflicts?: boolean;
  readonly unasked?: boolean;
}

async function changesOf(
  api: ApiClient,
  run: string,
  between: Between = {},
): Promise<{ changes: readonly FileChange[]; digest: string }> {
  const { data } = await api.GET('/runs/{run}/changes', { params: { path: { run }, query: between } });
  return data ?? { changes: [], digest: '' };
}

function drawOutcomes(outcomes: readonly FileOutcome[], verb: string, applied: boolean): string {
  const bad = outcomes.filter(({ outcome }) => outcome !== 'applied');
  const good = outcomes.length - bad.length;
  const lines = bad.map(
    ({ path, outcome, explanation }) =>
      `  ${paint.warn(outcome)} ${hostileLine(path)}${explanation === null ? '' : `: ${hostileLine(explanation, 300)}`}`,
  );
  const summary = applied ? paint.good(`${verb} ${good} of ${outcomes.length}.`) : paint.bad('Nothing was changed.');
  return [...lines, summary].join('\n');
}

/** Contents of so many files are shown when none is named. */
const mostShown = 40;

interface DiffOptions extends Between {
  readonly names?: boolean;
}

/** The list, or of the files that are named what is different in them; without names also of the first ones. */
async function showDiff(
  { api, output }: { readonly api: ApiClient; readonly output: Output },
  run: string,
  named: readonly string[],
  { names, ...between }: DiffOptions,
): Promise<void> {
  const all = await changesOf(api, run, between);
  const unknown = named.find((path) => !all.changes.some((change) => change.path === path));
  if (unknown !== undefined)
    throw new ClawholdError('input_file_selection', `"${unknown}" is not among the changes of ${run}.`, {
      hint: `See which are: npx clawhold diff ${run} --names`,
    });
  const changes = named.length === 0 ? all.changes : all.changes.filter(({ path }) => named.includes(path));
  if (output.json || names === true) {
    output.result({ digest: all.digest, changes }, () => drawChanges(changes));
    return;
  }
  output.line(drawChanges(changes));
  const readable = changes.filter(({ type, change }) => type === 'file' && change !== 'deleted');
  const shown = named.length === 0 ? readable.slice(0, mostShown) : readable;
  for (const { path } of shown) {
    const { data } = await api.GET('/runs/{run}/changes/diff', {
      params: { path: { run }, query: { path, ...between } },
    });
    if (data !== undefined) output.line(drawDiff(path, data));
  }
  const left = readable.length - shown.length;
  if (left > 0)
    output.line(
      paint.quiet(`\n… ${left.toLocaleString('en')} more files; name those to see: npx clawhold diff ${run} PATH`),
    );
}

export const addFiles: AddCommand = (program, session) => {
  program
    .command('diff')
    .description('show what a run changed in its copy of your folder')
    .argument('<run>', 'id of the run, or its beginning')
    .argument('[path...]', `only these files; default: all, and the contents of the first ${mostShown}`)
    .option('--names', 'only the list of files')
    .option('--from <checkpoint>', 'what changed since this checkpoint; default: since your folder')
    .option('--to <checkpoint>', 'up to this checkpoint; default: up to now')
    .action(async (id: string, named: string[], options: DiffOptions) => {
      const { api } = connect();
      await showDiff({ api, output: session().output }, await findRun(api, id), named, options);
    });

  program
    .command('keep')
    .description('put the changes of a run into your folder')
    .argument('<run>', 'id of the run, or its beginning')
    .argument('[path...]', 'only these files; default: all but those that your tools would run without being asked')
    .option('--skip-conflicts', 'keep the rest when you changed some files meanwhile')
    .option('--unasked', 'all, also those that your tools would run without being asked; read them first')
    .action(async (id: string, named: string[], { skipConflicts, unasked }: KeepOptions) => {
      const { api } = connect();
      const run = await findRun(api, id);
      const { changes, digest } = await changesOf(api, run);
      const every = changes.filter(({ refused }) => refused === null).map(({ path }) => path);
      const paths = unasked === true ? every : named;
      const { data } = await api.POST('/runs/{run}/keep', {
        params: { path: { run } },
        body: { digest, paths: paths.length === 0 ? null : paths, skipConflicts: skipConflicts === true },
      });
      if (data === undefined) return;
      session().output.result(data, () => drawOutcomes(data.outcomes, 'Kept', data.applied));
      if (!data.applied) process.exitCode = 1;
    });

  program
    .command('discard')
    .description('drop the changes of a run before you kept them')
    .argument('<run>', 'id of the run, or its beginning')
    .action(async (id: string) => {
      const { api } = connect();
      const run = await findRun(api, id);
      const { data } = await api.POST('/runs/{run}/discard', { params: { path: { run } } });
      session().output.result(data, () => 'Dropped. Your folder was never touched.');
    });

  program
    .command('undo')
    .description('take back the changes that you kept')
    .argument('<run>', 'id of the run, or its beginning')
    .action(async (id: string) => {
      const { api } = connect();
      const run = await findRun(api, id);
      const { data } = await api.POST('/runs/{run}/undo', { params: { path: { run } } });
      if (data === undefined) return;
      session().output.result(data, () =>
        [
          drawOutcomes(data.outcomes, 'Took back', data.applied),
          ...data.remaining.map((sentence) => `  ${paint.warn('outside:')} ${hostileLine(sentence, 300)}`),
        ].join('\n'),
      );
      if (!data.applied) process.exitCode = 1;
    });
};
