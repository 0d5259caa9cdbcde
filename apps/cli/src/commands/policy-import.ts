import { type ImportFormat, type ImportNote, importFormats, importPolicy } from '@clawhold/policy';
import { ClawholdError } from '@clawhold/spec';
import { Argument } from 'commander';
import { readPolicy } from '../policy/policy-file.ts';
import { paint } from '../terminal/output.ts';
import type { AddCommand } from './command.ts';

export const addPolicyImport: AddCommand = (policy, session) => {
  policy
    .command('import')
    .description(
      'write a policy document from what another product reads, never wider than it; needs no running Clawhold',
    )
    .addArgument(new Argument('<format>', 'what the files are').choices(importFormats))
    .argument('<files...>', 'several presets, or several scopes of settings, count together')
    .option('--any-program', 'openshell, nemoclaw: policies without `binaries` are for every program')
    .action((format: ImportFormat, files: readonly string[], { anyProgram = false }: { anyProgram?: boolean }) => {
      const sources = files.map((file) => ({ name: file, source: readPolicy(file) }));
      const imported = importPolicy(format, sources, { anyProgram });
      if (imported.kind === 'invalid') {
        const [first] = imported.problems;
        const place = first === undefined ? '' : `${first.file}${first.line === 0 ? '' : `:${first.line}`}: `;
        throw new ClawholdError('input_import', `${place}${first?.message ?? 'It cannot be read.'}`, {
          hint: `Formats are ${importFormats.join(', ')}.`,
        });
      }
      const { source, notes } = imported;
      // The document goes to stdout, to be redirected; what was changed is told beside it.
      if (!session().output.json) for (const note of notes) process.stderr.write(`${draw(note)}\n`);
      session().output.result({ source, notes }, () => source.trimEnd());
    });
};

function draw({ file, line, kind, sentence }: ImportNote): string {
  return `${file}:${line}: ${kind === 'left' ? paint.warn('left out') : paint.quiet('changed')}: ${sentence}`;
}
