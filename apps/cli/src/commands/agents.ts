import { connect } from '../connection/connect.ts';
import { hostileLine } from '../terminal/hostile.ts';
import { paint } from '../terminal/output.ts';
import { table } from '../terminal/table.ts';
import type { AddCommand } from './command.ts';

export const addAgents: AddCommand = (program, session) => {
  program
    .command('agents')
    .description('list the agents that runs can have, and what is wrong with the others')
    .action(async () => {
      const { api } = connect();
      const { data } = await api.GET('/agents');
      const agents = data?.agents ?? [];
      session().output.result(agents, () =>
        table([
          ['AGENT', 'MANIFEST', 'MODEL', 'TOOLS', 'WHAT IT IS'].map(paint.quiet),
          ...agents.map(({ name, file, model, tools, harness, description, problem }) => [
            problem === null ? paint.strong(name) : paint.bad(name),
            file ?? paint.quiet('as shipped'),
            model ?? paint.quiet('default'),
            problem === null ? (harness ?? String(tools.length)) : '',
            problem === null ? hostileLine(description ?? '', 80) : paint.bad(hostileLine(problem, 200)),
          ]),
        ]),
      );
    });
};
