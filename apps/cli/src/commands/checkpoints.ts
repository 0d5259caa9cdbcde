import type { Checkpoint } from '@clawhold/client';
import { connect } from '../connection/connect.ts';
import { findRun } from '../connection/find.ts';
import { paint } from '../terminal/output.ts';
import { table } from '../terminal/table.ts';
import { watchRun } from '../terminal/watch-run.ts';
import type { AddCommand } from './command.ts';

function drawCheckpoint({ number, name, step, time }: Checkpoint): readonly string[] {
  const why = step === null ? '' : paint.quiet(`before ${step}`);
  return [paint.strong(String(number)), name ?? paint.quiet('-'), paint.quiet(time.replace(/\.\d+Z$/, 'Z')), why];
}

/** The list, with a line for those between two that were thinned out. */
export function drawCheckpoints(checkpoints: readonly Checkpoint[]): string {
  const rows = checkpoints.flatMap((checkpoint, at) => {
    const first = (checkpoints[at - 1]?.number ?? 0) + 1;
    const last = checkpoint.number - 1;
    const gap = first === last ? String(first) : `${first} to ${last}`;
    const gone = first > last ? [] : [[paint.quiet(gap), paint.quiet('thinned out')]];
    return [...gone, drawCheckpoint(checkpoint)];
  });
  return table(rows);
}

export const addCheckpoints: AddCommand = (program, session) => {
  program
    .command('checkpoint')
    .description('remember the files of a run as they are now')
    .argument('<run>', 'id of the run, or its beginning')
    .option('--name <name>', 'how to call it, besides its number')
    .action(async (id: string, { name }: { name?: string }) => {
      const { api } = connect();
      const run = await findRun(api, id);
      const { data } = await api.POST('/runs/{run}/checkpoints', {
        params: { path: { run } },
        body: { name: name ?? null },
      });
      if (data !== undefined)
        session().output.result(data, () => `Checkpoint ${drawCheckpoint(data).join('  ').trimEnd()}`);
    });

  program
    .command('checkpoints')
    .description('list the moments to which the files of a run can go back')
    .argument('<run>', 'id of the run, or its beginning')
    .action(async (id: string) => {
      const { api } = connect();
      const run = await findRun(api, id);
      const { data } = await api.GET('/runs/{run}/checkpoints', { params: { path: { run } } });
      const checkpoints = data?.checkpoints ?? [];
      session().output.result(checkpoints, () =>
        checkpoints.length === 0 ? 'There is none yet.' : drawCheckpoints(checkpoints),
      );
    });

  program
    .command('restore')
    .description('take the files of a run back to a checkpoint, or forward to one; your folder is not touched')
    .argument('<run>', 'id of the run, or its beginning')
    .argument('<checkpoint>', 'its number or its name')
    .action(async (id: string, to: string) => {
      const { api } = connect();
      const run = await findRun(api, id);
      const { data } = await api.POST('/runs/{run}/restore', { params: { path: { run } }, body: { to } });
      if (data === undefined) return;
      session().output.result(
        data,
        () =>
          `The files are as they were at checkpoint ${data.checkpoint.number}. What they were until now is checkpoint ${data.left.number}.`,
      );
    });

  program
    .command('fork')
    .description('start another run with the files of one, as they are or were at a checkpoint')
    .argument('<run>', 'id of the run, or its beginning')
    .argument('[task]', 'what to do; default: the same task')
    .option('--from <checkpoint>', 'its number or its name; default: as the files are now')
    .option('--detach', 'do not wait for the end')
    .option('--verbose', 'show every step with its output')
    .action(
      async (
        id: string,
        task: string | undefined,
        { from, ...options }: { from?: string; detach?: boolean; verbose?: boolean },
      ) => {
        const { api, home } = connect();
        const { data: run } = await api.POST('/runs/{run}/fork', {
          params: { path: { run: await findRun(api, id) } },
          body: { from: from ?? null, ...(task === undefined ? {} : { task }) },
        });
        if (run !== undefined) await watchRun({ api, home, run, session: session(), ...options });
      },
    );
};
