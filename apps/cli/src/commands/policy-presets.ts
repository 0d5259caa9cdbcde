import { loadPolicy, needsTenant } from '@clawhold/policy';
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
        const rows = presets.map((preset) => [
          preset.reference.replace(/^preset:/, ''),
          preset.description,
          paint.warn(preset.missing),
        ]);
        session().output.result(
          presets.map(({ source: _source, ...preset }) => preset),
          () => `${table(rows)}\n${paint.quiet(hint)}`,
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

const hint =
  'A policy takes one in with  extends: [preset:NAME]; for CUSTOMER it writes its own, as acme of acme.zendesk.com';

interface Preset {
  readonly name: string;
  /** How a document extends it; `CUSTOMER` stands for a word of the document's own. */
  readonly reference: string;
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
  return {
    name,
    reference: needsTenant(source) ? `${reference}/CUSTOMER` : reference,
    description,
    loads: refusal === undefined,
    missing: refusal?.message ?? '',
    source,
  };
}
