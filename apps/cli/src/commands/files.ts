import type { ApiClient, FileChange, FileOutcome } from '@clawhold/client';
import { connect } from '../connection/connect.ts';
import { findRun } from '../connection/find.ts';
import { drawChanges, drawDiff } from '../terminal/diff.ts';
import { hostileLine } from '../terminal/hostile.ts';
import { paint } from '../terminal/output.ts';
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

export const addFiles: AddCommand = (program, session) => {
  program
    .command('diff')
    .description('show what a run changed in its copy of your folder')
    .argument('<run>', 'id of the run, or its beginning')
    .option('--names', 'only the list of files')
    .option('--from <checkpoint>', 'what changed since this checkpoint; default: since your folder')
    .option('--to <checkpoint>', 'up to this checkpoint; default: up to now')
    .action(async (id: string, { names, ...between }: Between & { names?: boolean }) => {
      const { api } = connect();
      const run = await findRun(api, id);
      const { output } = session();
      const { changes, digest } = await changesOf(api, run, between);
      if (output.json || names === true) {
        output.result({ digest, changes }, () => drawChanges(changes));
        return;
      }
      output.line(drawChanges(changes));
      for (const { path, type, change } of changes) {
        if (type !== 'file' || change === 'deleted') continue;
        const { data } = await api.GET('/runs/{run}/changes/diff', {
          params: { path: { run }, query: { path, ...between } },
        });
        if (data !== undefined) output.line(drawDiff(path, data));
      }
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
