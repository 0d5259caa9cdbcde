import type { PolicyDocument } from '@clawhold/spec';
import { compiledGlobs } from '../glob/glob.ts';
import { TextIndex } from '../glob/text-index.ts';
import type { LayerName } from '../load/layer.ts';
import type { LayerProblem } from './compile.ts';
import type { CompiledPrice, Snapshot } from './snapshot.ts';

export function compilePrices(ceiling: PolicyDocument): Snapshot['prices'] {
  return new TextIndex<CompiledPrice>(
    Object.entries(ceiling.inference?.prices ?? {}).flatMap(([pattern, price]) =>
      compiledGlobs(pattern, null).map((glob) => ({
        glob,
        value: Object.freeze({ isName: glob.literal, price: Object.freeze(price) }),
      })),
    ),
  );
}

/** A price that an agent could name would be no price, and a cost budget without prices would count nothing. */
export function priceProblems(
  layer: LayerName,
  document: PolicyDocument,
  ceiling: PolicyDocument,
): readonly LayerProblem[] {
  const problem = (path: string, message: string): LayerProblem => ({ rule: { layer, path }, message });
  const prices = Object.keys(ceiling.inference?.prices ?? {});
  return [
    ...(layer !== 'ceiling' && document.inference?.prices !== undefined
      ? [problem('inference.prices', 'Only the ceiling may say what models cost; move `prices` there.')]
      : []),
    ...(document.budgets?.cost !== undefined && prices.length === 0
      ? [
          problem(
            'budgets.cost',
            'A cost budget needs prices, and none ship with the product. Write them into the ceiling as your provider lists them, in US dollars for a million tokens: `inference: { prices: { "provider/model": { input: 1.5, output: 6 } } }`.',
          ),
        ]
      : []),
  ];
}
