import { checkPolicy } from '@clawhold/policy';
import { connect } from '../connection/connect.ts';
import { readPolicy } from '../policy/policy-file.ts';
import { paint } from '../terminal/output.ts';
import { table } from '../terminal/table.ts';
import type { AddCommand } from './command.ts';
import { addPolicyDiff } from './policy-diff.ts';
import { addPolicyExplain } from './policy-explain.ts';
import { addPolicyProve } from './policy-prove.ts';
import { addPolicySimulate } from './policy-simulate.ts';

export const addPolicy: AddCommand = (program, session) => {
  const policy = program.command('policy').description('check, compare, prove and reload policy documents');

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

  for (const add of [addPolicyExplain, addPolicyDiff, addPolicySimulate, addPolicyProve]) add(policy, session);
};
