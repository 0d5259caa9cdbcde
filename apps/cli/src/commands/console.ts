import { connect } from '../connection/connect.ts';
import type { AddCommand } from './command.ts';

export const addConsole: AddCommand = (program, session) => {
  program
    .command('console')
    .description('print a link that signs a browser in, once, within two minutes')
    .action(async () => {
      const { api, url } = connect();
      const { data } = await api.POST('/sign-in/codes');
      const link = `${url}/#code=${data?.code ?? ''}`;
      session().output.result({ link, seconds: data?.seconds }, () => link);
    });
};
