import type { PolicyDocument } from '@clawhold/spec';
import { type LayerName, type Layers, layerNames } from '../load/layer.ts';
import type { LayerProblem } from './compile.ts';

/** What a ceiling offers and a layer below it picks; what nobody picks is not given. */
export interface Choice<Entry extends string> {
  /** Where it stands in a document, as `process.system_calls`. */
  readonly key: string;
  readonly named: (document: PolicyDocument) => readonly Entry[] | undefined;
}

interface Offer<Entry> {
  readonly by: LayerName;
  readonly entries: readonly Entry[];
}

/** What the innermost layer that has a say picks. */
export function picked<Entry extends string>(layers: Layers, choice: Choice<Entry>): readonly Entry[] {
  const last = offers(layers, choice).at(-1);
  return last === undefined || last.by === 'ceiling' ? [] : last.entries;
}

/** Entries that a layer names and the one above it does not offer. */
export function pickProblems<Entry extends string>(layers: Layers, choice: Choice<Entry>): readonly LayerProblem[] {
  const all = offers(layers, choice);
  return all.slice(1).flatMap(({ by: layer, entries }, at) =>
    entries.flatMap((entry, index) => {
      const above = all[at];
      if (above === undefined || above.entries.includes(entry)) return [];
      return [
        {
          rule: { layer, path: `${choice.key}[${index}]` },
          message: `The ${above.by} does not offer \`${entry}\`; add it to \`${choice.key}\` there, or take it out here.`,
        },
      ];
    }),
  );
}

/** What each layer that has a say names, outermost first; a ceiling without a word offers nothing. */
function offers<Entry extends string>(layers: Layers, { named }: Choice<Entry>): readonly Offer<Entry>[] {
  return layerNames.flatMap((by): readonly Offer<Entry>[] => {
    const document = layers[by];
    const entries = document === undefined ? undefined : named(document);
    if (entries !== undefined) return [{ by, entries }];
    return by === 'ceiling' ? [{ by, entries: [] }] : [];
  });
}
