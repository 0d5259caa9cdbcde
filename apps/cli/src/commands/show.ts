import { connect } from '../connection/connect.ts';
import { hostileBlock, hostileLine } from '../terminal/hostile.ts';
import { paint } from '../terminal/output.ts';
import { stateWord } from '../terminal/run-state.ts';
import { drawEntry } from '../terminal/timeline.ts';
import type { AddCommand } from './command.ts';

export const addShow: AddCommand = (program, session) => {
  program
    .command('show')
    .description('show a run: what was asked, what happened, how it ended')
    .argument('<run>', 'id of the run')
    .action(async (run: string) => {
      const { api } = connect();
      const path = { params: { path: { run } } };
      const { data: found } = await api.GET('/runs/{run}', path);
      const { data: story } = await api.GET('/runs/{run}/timeline', path);
      if (found === undefined || story === undefined) return;
      session().output.result({ ...found, timeline: story.entries }, () =>
        [
          `${paint.strong(found.id)}  ${stateWord(found.state)}  files ${found.files}  ${found.model}${found.scripted ? paint.warn(' (scripted)') : ''}`,
          `${paint.quiet('task')}    ${hostileLine(found.task, 2_000)}`,
          `${paint.quiet('folder')}  ${hostileLine(found.folder)}`,
          '',
          ...story.entries.flatMap((entry) => drawEntry(entry) ?? []),
          ...(found.outcome === null ? [] : ['', hostileBlock(found.outcome, '')]),
        ].join('\n'),
      );
    });
};
