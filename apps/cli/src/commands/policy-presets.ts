import { loadPolicy } from '@clawhold/policy';
import { shippedPresets } from '@clawhold/policy/presets';
import { ClawholdError } from '@clawhold/spec';
import { paint } from '../terminal/output.ts';
import { table } from '../terminal/table.ts';
import type { AddCommand } from './command.ts';

export const addPolicyPresets: AddCommand = (policy, session) => {
  policy
    .command('presets')
    .description('list the shipped policies for services, or show one; needs no running Clawhold')
    .argument('[name]', 'as in the list')
    .action((name?: string) => {
      const presets = Object.entries(shippedPresets()).map(([reference, source]) => presetOf(reference, source));
      if (name === undefined) {
        const rows = presets.map((preset) => [preset.name, preset.description, paint.warn(preset.missing)]);
        session().output.result(
          presets.map(({ name: preset, description, loads, missing }) => ({
            name: preset,
            description,
            loads,
            missing,
          })),
          () => `${table(rows)}\n${paint.quiet('A policy takes one in with  extends: [preset:NAME]')}`,
        );
        return;
      }
      const wanted = name.replace(/^preset:/, '');
      const found = presets.find((preset) => preset.name === wanted);
      if (found === undefined)
        throw new ClawholdError('input_preset', `There is no preset "${wanted}".`, {
          hint: 'See them all with: npx clawhold policy presets',
        });
      session().output.result(found, () => found.source.trimEnd());
    });
};

interface Preset {
  readonly name: string;
  readonly description: string;
  /** Whether this installation loads a policy that extends it. */
  readonly loads: boolean;
  /** Why not, else empty. */
  readonly missing: string;
  readonly source: string;
}

function presetOf(reference: string, source: string): Preset {
  const loaded = loadPolicy(source, reference);
  const name = reference.replace(/^preset:/, '');
  const [refusal] = loaded.kind === 'ok' ? [] : loaded.problems;
  const description = loaded.kind === 'ok' ? (loaded.document.description ?? '') : '';
  return { name, description, loads: refusal === undefined, missing: refusal?.message ?? '', source };
}
