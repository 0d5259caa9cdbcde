import { checkPolicy, findingsOf } from '@clawhold/policy';
import { type PolicySurroundings, readLibrary, readPolicy } from '../policy/policy-file.ts';
import { paint } from '../terminal/output.ts';
import type { AddCommand } from './command.ts';

export const addPolicyCheck: AddCommand = (policy, session) => {
  policy
    .command('check')
    .description('validate a policy document; needs no running Clawhold')
    .argument('<file>', 'YAML file')
    .option('--library <folder>', 'what it may extend besides the shipped presets, as team/base.yaml')
    .option('--strict', 'a warning is an error too')
    .action((file: string, { library, strict }: PolicySurroundings & { readonly strict?: boolean }) => {
      const findings = findingsOf(checkPolicy(readPolicy(file), file, readLibrary(library)));
      // What this installation cannot keep is as good as wrong: it would not load the document.
      const isValid = findings.every(({ severity }) => severity !== 'error');
      session().output.result({ valid: isValid, findings }, () =>
        [
          ...findings.map(({ severity, file: place, line, column, message, fix }) => {
            const word = severity === 'error' ? paint.bad(severity) : paint.warn(severity);
            return `${place}:${line}:${column}: ${word}: ${message}${fix === undefined ? '' : ` ${paint.quiet(fix)}`}`;
          }),
          isValid ? paint.good(`${file} is valid.`) : paint.bad(`${file} cannot be used.`),
        ].join('\n'),
      );
      if (!isValid || (strict === true && findings.some(({ severity }) => severity === 'warning')))
        process.exitCode = 1;
    });
};
