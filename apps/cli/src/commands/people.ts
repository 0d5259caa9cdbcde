import { writeFile } from 'node:fs/promises';
import { ClawholdError } from '@clawhold/spec';
import { connect } from '../connection/connect.ts';
import { paint } from '../terminal/output.ts';
import { table } from '../terminal/table.ts';
import type { AddCommand } from './command.ts';

export const addPeople: AddCommand = (program, session) => {
  const people = program
    .command('people')
    .description('who may answer questions besides you, with a token of their own: list, add, remove');

  people
    .command('list', { isDefault: true })
    .description('list them')
    .action(async () => {
      const { data } = await connect().api.GET('/people');
      const all = data?.people ?? [];
      session().output.result(all, () =>
        all.length === 0
          ? 'Only you answer questions. Add somebody with: npx clawhold people add NAME'
          : table(all.map(({ name, added }) => [name, paint.quiet(added.slice(0, 10))])),
      );
    });

  people
    .command('add')
    .description('give somebody a token of their own; they may answer questions with it and do nothing else')
    .argument('<name>', 'small letters and digits, with ".", "_" or "-" between them')
    .option('--token-file <file>', 'write the token into this new file, closed to others, instead of printing it')
    .action(async (name: string, { tokenFile }: { tokenFile?: string }) => {
      const { api, url } = connect();
      const { output } = session();
      if (tokenFile !== undefined) await reserve(tokenFile);
      const { data } = await api.POST('/people', { body: { name } });
      const token = data?.token ?? '';
      if (tokenFile !== undefined) await writeFile(tokenFile, `${token}\n`);
      output.result({ name, ...(tokenFile === undefined ? { token } : { tokenFile }) }, () =>
        [
          `${name} may answer questions from now on.`,
          tokenFile === undefined
            ? `The token, which is shown this once:\n\n  ${token}\n\nThey keep it in a file that only they can read (chmod 600), and use it so:`
            : `The token is in ${tokenFile}. They use it so:`,
          `  CLAWHOLD_URL=${url} CLAWHOLD_TOKEN_FILE=<file> npx clawhold approvals   |   … console`,
        ].join('\n'),
      );
    });

  people
    .command('remove')
    .description('take somebody’s token, sessions and what they agreed to in questions that are still open')
    .argument('<name>', 'as in the list')
    .action(async (name: string) => {
      await connect().api.POST('/people/{name}/remove', { params: { path: { name } } });
      session().output.result({ name }, () => `${name} may not answer questions any more.`);
    });
};

/** Makes the file before there is a token that could be lost with it. */
async function reserve(file: string): Promise<void> {
  await writeFile(file, '', { flag: 'wx', mode: 0o600 }).catch((cause: unknown) => {
    throw new ClawholdError('input_token_file', `The file ${file} cannot be made, or is there already.`, {
      cause,
      hint: 'Name a file that does not exist yet, in a folder that does.',
    });
  });
}
