import { connect } from '../connection/connect.ts';
import { paint } from '../terminal/output.ts';
import { table } from '../terminal/table.ts';
import type { AddCommand } from './command.ts';

export const addModels: AddCommand = (program, session) => {
  program
    .command('models')
    .description('list the models that runs can use, and where each was found')
    .action(async () => {
      const { api } = connect();
      const { data } = await api.GET('/models');
      session().output.result(data, () =>
        table(
          (data?.models ?? []).map(({ name, locality, found, scripted }) => [
            name === data?.default ? paint.good('default') : '',
            name,
            locality,
            found,
            scripted ? paint.warn('scripted') : '',
          ]),
        ),
      );
    });
};
