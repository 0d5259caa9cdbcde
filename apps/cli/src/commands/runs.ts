import { connect } from '../connection/connect.ts';
import { hostileLine } from '../terminal/hostile.ts';
import { paint } from '../terminal/output.ts';
import { stateWord } from '../terminal/run-state.ts';
import { table } from '../terminal/table.ts';
import { wholeNumber } from '../terminal/whole-number.ts';
import type { AddCommand } from './command.ts';

export const addRuns: AddCommand = (program, session) => {
  program
    .command('runs')
    .description('list the runs, newest first')
    .option('-n, --limit <count>', 'how many at most', wholeNumber, 20)
    .action(async ({ limit }: { limit: number }) => {
      const { api } = connect();
      const { data } = await api.GET('/runs', { params: { query: { limit } } });
      const runs = data?.runs ?? [];
      session().output.result(runs, () =>
        runs.length === 0
          ? 'No runs yet. Begin one with: npx clawhold run "<task>"'
          : table([
              ['RUN', 'STATE', 'FILES', 'STARTED', 'MODEL', 'TASK'].map(paint.quiet),
              ...runs.map((run) => [
                run.id,
                stateWord(run),
                run.files,
                new Date(run.created).toLocaleString(),
                run.scripted ? `${run.model} (scripted)` : run.model,
                hostileLine(run.task, 60),
              ]),
            ]),
      );
    });
};
