import { connect } from '../connection/connect.ts';
import { findManager, homeFolder } from '../connection/home.ts';
import { paint } from '../terminal/output.ts';
import { stateWord } from '../terminal/run-state.ts';
import { table } from '../terminal/table.ts';
import type { AddCommand } from './command.ts';

export const addStatus: AddCommand = (program, session) => {
  program
    .command('status')
    .description('show what is running')
    .action(async () => {
      const { output } = session();
      const home = homeFolder();
      if (findManager(home)?.url === undefined) {
        output.result({ running: false, home }, () => 'Clawhold is not running. Start it with: npx clawhold up');
        process.exitCode = 3; // "program is not running", as init scripts have it
        return;
      }
      const { api, url } = connect(home);
      const { data } = await api.GET('/status');
      const { data: runs } = await api.GET('/runs', { params: { query: { limit: 50 } } });
      const { data: waiting } = await api.GET('/approvals');
      const active = (runs?.runs ?? []).filter(({ ended }) => ended === null).length;
      const last = (runs?.runs ?? []).find(({ ended }) => ended !== null);
      const questions = waiting?.approvals.length ?? 0;
      output.result({ running: true, home, url, ...data, active, questions, last: last ?? null }, () =>
        table([
          ['gateway', `${paint.good('up')} at ${url}, version ${data?.version ?? ''}`],
          ...(data?.supervisors ?? []).map((supervisor) => [
            'supervisor',
            `${supervisor.alive ? paint.good('up') : paint.bad('lost: nothing passes')}, ${supervisor.tier}, epoch ${supervisor.epoch}`,
          ]),
          ['sandboxes', String(data?.sandboxes ?? 'unknown')],
          ['agents', (data?.agents ?? []).join(', ')],
          [
            'runs',
            [
              `${active} going on`,
              ...(last === undefined ? [] : [`the last that ended: ${last.id}, ${stateWord(last)}`]),
            ].join('; '),
          ],
          [
            'approvals',
            questions === 0 ? 'none waits' : paint.warn(`${questions} wait for you: npx clawhold approvals`),
          ],
          ['home', home],
        ]),
      );
    });
};
