import { connect } from '../connection/connect.ts';
import { findRun } from '../connection/find.ts';
import { Story } from '../story/story.ts';
import { drawOutcome } from '../terminal/end.ts';
import { hostileLine } from '../terminal/hostile.ts';
import { paint } from '../terminal/output.ts';
import { stateWord } from '../terminal/run-state.ts';
import type { AddCommand } from './command.ts';

export const addShow: AddCommand = (program, session) => {
  program
    .command('show')
    .description('show a run: what was asked, what happened, how it ended')
    .argument('<run>', 'id of the run, or its beginning')
    .option('--brief', 'as it was shown live, one line for each step')
    .action(async (id: string, { brief }: { brief?: boolean }) => {
      const { api } = connect();
      const { output } = session();
      const run = await findRun(api, id);
      const path = { params: { path: { run } } };
      const { data: found } = await api.GET('/runs/{run}', path);
      const { data: story } = await api.GET('/runs/{run}/timeline', path);
      if (found === undefined || story === undefined) return;
      const teller = new Story({ verbose: brief !== true, columns: output.columns });
      output.result({ ...found, timeline: story.entries }, () =>
        [
          `${paint.strong(found.id)}  ${stateWord(found)}  files ${found.files}  ${found.model}${found.scripted ? paint.warn(' (scripted)') : ''}`,
          `${paint.quiet('task')}    ${hostileLine(found.task, 2_000)}`,
          `${paint.quiet('folder')}  ${hostileLine(found.folder)}`,
          '',
          ...story.entries.flatMap((entry) => teller.tell(entry)),
          ...teller.rest(),
          ...(found.outcome === null ? [] : ['', ...drawOutcome(found.outcome, output.columns)]),
        ].join('\n'),
      );
    });
};
