import { readFileSync } from 'node:fs';
import { checkPolicy } from '@clawhold/policy';
import { ClawholdError } from '@clawhold/spec';
import { connect } from '../connection/connect.ts';
import { paint } from '../terminal/output.ts';
import { table } from '../terminal/table.ts';
import type { AddCommand } from './command.ts';

export const addPolicy: AddCommand = (program, session) => {
  const policy = program.command('policy').description('check and reload policy documents');

  policy
    .command('check')
    .description('validate a policy document; needs no running Clawhold')
    .argument('<file>', 'YAML file')
    .action((file: string) => {
      const { loaded, warnings } = checkPolicy(readPolicy(file), file);
      // What this installation cannot keep is as good as wrong: it would not load the document.
      const errors = loaded.kind === 'invalid' ? loaded.problems : loaded.refusals;
      const notes = loaded.kind === 'ok' ? loaded.notes : [];
      const findings = [
        ...errors.map((problem) => ({ severity: 'error', ...problem })),
        ...warnings.map((problem) => ({ severity: 'warning', ...problem })),
        ...notes.map((problem) => ({ severity: 'note', ...problem })),
      ];
      session().output.result({ valid: errors.length === 0, findings }, () =>
        [
          ...findings.map(({ severity, line, column, message }) => {
            const word = severity === 'error' ? paint.bad(severity) : paint.warn(severity);
            return `${file}:${line}:${column}: ${word}: ${message}`;
          }),
          errors.length === 0 ? paint.good(`${file} is valid.`) : paint.bad(`${file} cannot be used.`),
        ].join('\n'),
      );
      if (errors.length > 0) process.exitCode = 1;
    });

  policy
    .command('reload')
    .description('read the configuration folder again; a bad document changes nothing')
    .action(async () => {
      const { api } = connect();
      const { data } = await api.POST('/policies/reload');
      const digests = Object.entries(data?.digests ?? {});
      session().output.result(data, () => table(digests.map(([agent, digest]) => [agent, paint.quiet(digest)])));
    });
};

function readPolicy(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ClawholdError('input_file_unreadable', `The file ${file} cannot be read.`, {
      cause,
      hint: `${reasonOf(cause)} Name a YAML file that this account may read.`,
    });
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'It is not there.',
  EISDIR: 'It is a folder.',
  EACCES: 'This account may not read it.',
};

function reasonOf(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return reasons[code] ?? 'The system could not read it.';
}
