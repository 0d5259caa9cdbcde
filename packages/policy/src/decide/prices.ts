import type { InferenceQuestion, ModelPrice, Reason } from '@clawhold/spec';
import type { CompiledPrice, Snapshot } from '../compile/snapshot.ts';

/** Prices are for a million tokens. */
const pricedTokens = 1_000_000;

/** Costs nobody anything beside the machine that is there already. */
const free: ModelPrice = Object.freeze({ input: 0, output: 0 });

/** The tokens of a request and its answer. */
export interface CountedTokens {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** What a model costs, US dollars for a million tokens; undefined when the ceiling says nothing about a remote one. */
export function priceOf(
  snapshot: Snapshot,
  { provider, model, locality }: Pick<InferenceQuestion, 'provider' | 'model' | 'locality'>,
): ModelPrice | undefined {
  const found: CompiledPrice[] = [];
  snapshot.prices.find(`${provider}/${model}`, found);
  const named = found.filter(({ isName }) => isName);
  const counting = named.length > 0 ? named : found;
  // Two globs that both match: the dearer one, so that no order of lines makes a model cheap.
  const dearest = counting.toSorted((a, b) => b.price.output - a.price.output || b.price.input - a.price.input)[0];
  return dearest?.price ?? (locality === 'local' ? free : undefined);
}

/** US dollars. */
export function costOf(price: ModelPrice, { inputTokens, outputTokens }: CountedTokens): number {
  return (inputTokens * price.input + outputTokens * price.output) / pricedTokens;
}

/** What a request can cost at most, in US dollars; undefined without a price. */
export function mostCost(snapshot: Snapshot, question: InferenceQuestion): number | undefined {
  const price = priceOf(snapshot, question);
  if (price === undefined) return undefined;
  const { tokens, answerTokens } = question;
  if (answerTokens === undefined) return (tokens * Math.max(price.input, price.output)) / pricedTokens;
  return costOf(price, { inputTokens: Math.max(0, tokens - answerTokens), outputTokens: answerTokens });
}

export function noPrice({ provider, model }: InferenceQuestion): Reason {
  const name = `${provider}/${model}`;
  return {
    code: 'budget',
    text: `There is a cost budget, and the ceiling has no price for ${name}: write one under inference.prices, in US dollars for a million tokens.`,
  };
}
