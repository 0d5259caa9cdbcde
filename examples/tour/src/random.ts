/** A source of numbers that a seed fixes: the same seed, the same tour. Nothing about it is secret. */
export interface Random {
  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number;
  pick<Value>(values: readonly Value[]): Value;
  /** The same values in another order. */
  shuffle<Value>(values: readonly Value[]): readonly Value[];
}

/** Mulberry32 by Tommy Ettinger (public domain): 32 bits of state, good enough to shuffle invoices. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  return {
    between,
    pick: (values) => {
      const [chosen] = values.slice(between(0, values.length - 1));
      if (chosen === undefined) throw new RangeError('there is nothing to pick from');
      return chosen;
    },
    shuffle: (values) =>
      values
        .map((value) => ({ value, order: next() }))
        .toSorted((left, right) => left.order - right.order)
        .map(({ value }) => value),
  };
}
