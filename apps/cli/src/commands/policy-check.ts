import { checkPolicy } from '@clawhold/policy';
import { type PolicySurroundings, readLibrary, readPolicy } from '../policy/policy-file.ts';
import { paint } from '../terminal/output.ts';
import type { AddCommand } from './command.ts';

export const addPolicyCheck: AddCommand = (policy, session) => {
  policy
    .command('check')
    .description('validate a policy document; needs no running Clawhold')
    .argument('<file>', 'YAML file')
    .option('--library <folder>', 'what it may extend besides the shipped presets, as team/base.yaml')
    .action((file: string, { library }: PolicySurroundings) => {
      const { loaded, warnings } = checkPolicy(readPolicy(file), file, readLibrary(library));
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
          ...findings.map(({ severity, file: place, line, column, message }) => {
            const word = severity === 'error' ? paint.bad(severity) : paint.warn(severity);
            return `${place}:${line}:${column}: ${word}: ${message}`;
          }),
          errors.length === 0 ? paint.good(`${file} is valid.`) : paint.bad(`${file} cannot be used.`),
        ].join('\n'),
      );
      if (errors.length > 0) process.exitCode = 1;
    });
};
