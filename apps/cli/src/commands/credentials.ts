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
      const standing = (data?.standing ?? []).map(
        ({ credential, run, until }) =>
          `A token of ${credential}${run === null ? '' : ` for ${run}`} is still valid at the provider until ${until}.`,
      );
      session().output.result(data, () =>
        all.length + standing.length === 0
          ? 'There are no credentials. Add one with: npx clawhold credentials add --help'
          : [
              table(
                all.map(({ name, source, binding, written }) => [
                  name,
                  source.kind,
                  binding.hosts.join(' '),
                  binding.places.join(' '),
                  paint.quiet(written.slice(0, 10)),
                ]),
              ),
              ...standing,
            ].join('\n'),
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
      const { data } = await connect().api.POST('/credentials/{name}/remove', { params: { path: { name } } });
      const { revoked = 0, until = null } = data ?? {};
      const tokens = revoked > 0 ? ' Its tokens were revoked.' : '';
      const rest = until === null ? '' : ` What was asked for with it is still valid at the provider until ${until}.`;
      session().output.result(
        { name, ...data },
        () => `${name} is removed.${tokens}${rest} Where its provider can, revoke the secret there too.`,
      );
    });
};
