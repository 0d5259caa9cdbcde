import { ClawholdError } from '@clawhold/spec';
import { connect } from '../connection/connect.ts';
import { findRun } from '../connection/find.ts';
import type { AddCommand } from './command.ts';

export const addStop: AddCommand = (program, session) => {
  program
    .command('stop')
    .description('stop a run now: its sandbox is killed, its questions are void')
    .argument('[run]', 'id of the run, or its beginning')
    .option('--all', 'stop every run')
    .action(async (run: string | undefined, { all }: { all?: boolean }) => {
      if ((run === undefined) !== (all === true))
        throw new ClawholdError('input_stop', 'Say which run to stop, or --all.', {
          hint: 'See the runs there are with: npx clawhold runs',
        });
      const { api } = connect();
      const { data } =
        run === undefined
          ? await api.POST('/stop')
          : await api.POST('/runs/{run}/stop', { params: { path: { run: await findRun(api, run) } } });
      session().output.result(data, () => {
        const stopped = data?.stopped ?? [];
        if (stopped.length === 0) return 'Nothing was running.';
        const line = `Stopped ${stopped.join(', ')} in ${Math.round(data?.milliseconds ?? 0)} ms.`;
        return data?.killed === false
          ? `${line}\nThe supervisor does not answer: nothing leaves a sandbox any more, and they end as soon as it moves.`
          : line;
      });
    });
};
