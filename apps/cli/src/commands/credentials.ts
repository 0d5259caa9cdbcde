import { connect } from '../connection/connect.ts';
import { paint } from '../terminal/output.ts';
import { readSecret } from '../terminal/read-secret.ts';
import { table } from '../terminal/table.ts';
import type { AddCommand } from './command.ts';
import { addCredentialsAdd } from './credentials-add.ts';

export const addCredentials: AddCommand = (program, session) => {
  const credentials = program
    .command('credentials')
    .description('secrets that agents use without holding them: list, add, rotate, remove');

  credentials
    .command('list', { isDefault: true })
    .description('list them, with the requests that each is for')
    .action(async () => {
      const { data } = await connect().api.GET('/credentials');
      const all = data?.credentials ?? [];
      session().output.result(all, () =>
        all.length === 0
          ? 'There are no credentials. Add one with: npx clawhold credentials add --help'
          : table(
              all.map(({ name, source, binding, written }) => [
                name,
                source.kind,
                binding.hosts.join(' '),
                binding.places.join(' '),
                paint.quiet(written.slice(0, 10)),
              ]),
            ),
      );
    });

  addCredentialsAdd(credentials, session);

  credentials
    .command('rotate')
    .description('give one another secret, read as "add" does; runs that go on use it from their next request on')
    .argument('<name>', 'as in the list')
    .action(async (name: string) => {
      const { api } = connect();
      const secret = await readSecret(`New secret of ${name}: `);
      const { data } = await api.POST('/credentials/{name}/secret', { params: { path: { name } }, body: { secret } });
      session().output.result(data, () => `${name} has another secret.`);
    });

  credentials
    .command('remove')
    .description('remove one; what stands for it in runs stands for nothing from then on')
    .argument('<name>', 'as in the list')
    .action(async (name: string) => {
      await connect().api.POST('/credentials/{name}/remove', { params: { path: { name } } });
      session().output.result({ name }, () => `${name} is removed. Where its provider can, revoke it there too.`);
    });
};
