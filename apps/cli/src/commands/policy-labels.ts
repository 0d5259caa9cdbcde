import { connect } from '../connection/connect.ts';
import { hostileLine } from '../terminal/hostile.ts';
import { table } from '../terminal/table.ts';
import type { AddCommand } from './command.ts';

export const addPolicyLabels: AddCommand = (policy, session) => {
  const labels = policy
    .command('labels')
    .description('the files that runs wrote with secret data in them, secret for later runs too: list, lower');

  labels
    .command('list', { isDefault: true })
    .description('list the files')
    .action(async () => {
      const { data } = await connect().api.GET('/policies/secret-files');
      const files = data?.files ?? [];
      session().output.result(files, () =>
        files.length === 0
          ? 'No file is secret but those that a policy names.'
          : table(files.map(({ folder, path, run, since }) => [hostileLine(folder), hostileLine(path), run, since])),
      );
    });

  labels
    .command('lower')
    .description(
      'say that such a file is not secret any more, after you looked at it; what a policy names stays secret',
    )
    .argument('<folder>', 'as in the list')
    .argument('<path>', 'as in the list')
    .action(async (folder: string, path: string) => {
      const { data } = await connect().api.POST('/policies/secret-files/lower', { body: { folder, path } });
      session().output.result(data, () => `${hostileLine(path)} is not secret any more.`);
    });
};
