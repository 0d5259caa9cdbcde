import { scale, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { emptyBook, type HeldCheckpoint } from './book.ts';
import { planThinning, withMerged } from './thinning.ts';

const run = 'run_0123456789';
const [deep, shallow] = [48, 36];

/** Books as a run writes them, and what each of their layers is made of. */
class Play {
  book = emptyBook(run);
  readonly #parts = new Map<string, readonly string[]>();
  /** What each checkpoint was made of when it was taken. */
  readonly taken = new Map<number, readonly string[]>();
  /** Those that a person asked for. */
  readonly asked: number[] = [];
  #named = 0;

  made(layers: readonly string[]): readonly string[] {
    return layers.flatMap((layer) => this.#parts.get(layer) ?? []);
  }

  take(isAsked: boolean): void {
    const layer = `n${this.#named++}`;
    this.#parts.set(layer, [layer]);
    const layers = [...this.book.layers, layer];
    const number = (this.book.checkpoints.at(-1)?.number ?? 0) + 1;
    const step = isAsked ? null : 'stp_0123456789';
    const held: HeldCheckpoint = { number, name: null, step, time: '2026-11-23T12:00:00.000Z', layers };
    this.book = { ...this.book, layers, checkpoints: [...this.book.checkpoints, held] };
    this.taken.set(number, this.made(layers));
    if (isAsked) this.asked.push(number);
    if (layers.length >= deep) this.thin();
  }

  back(at: number): void {
    const to = this.book.checkpoints[at % Math.max(1, this.book.checkpoints.length)];
    if (to !== undefined) this.book = { ...this.book, layers: to.layers };
  }

  thin(): void {
    const before = this.made(this.book.layers);
    for (const merge of planThinning(this.book, shallow)) {
      const into = `n${this.#named++}`;
      this.#parts.set(into, this.made(merge.layers));
      const next = withMerged(this.book, merge, into);
      if (next === undefined) throw new Error('nobody was there meanwhile');
      this.book = next;
    }
    expect(this.made(this.book.layers)).toEqual(before);
    const { checkpoints } = this.book;
    for (const { number, layers } of checkpoints)
      expect([number, this.made(layers)]).toEqual([number, this.taken.get(number)]);
    const left = new Set(checkpoints.map(({ number }) => number));
    expect(this.asked.filter((number) => !left.has(number))).toEqual([]);
  }
}

test(verifies('files.thinning', 'what is left is what it was, and what a person took is left'), () => {
  const act = fc.oneof(
    { weight: 30, arbitrary: fc.constant({ kind: 'step' } as const) },
    { weight: 1, arbitrary: fc.constant({ kind: 'asked' } as const) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('back' as const), at: fc.nat() }) },
  );
  fc.assert(
    fc.property(fc.array(act, { minLength: 100, maxLength: 300, size: 'max' }), (acts) => {
      const play = new Play();
      for (const one of acts) {
        if (one.kind === 'back') play.back(one.at);
        else play.take(one.kind === 'asked');
      }
    }),
    { numRuns: scale(15) },
  );
});

test(
  verifies('files.thinning', 'after a thousand steps there are checkpoints of all ages, and all of the newest'),
  () => {
    const play = new Play();
    for (let step = 0; step < 1_000; step++) {
      play.take(step === 500);
      expect(play.book.layers.length).toBeLessThan(deep);
    }
    const ages = play.book.checkpoints.map(({ number }) => 1_001 - number);
    expect(ages.filter((age) => age <= 8)).toHaveLength(8);
    for (let age = 1; age < 1_000; age *= 2)
      expect(ages.filter((one) => one >= age && one < 2 * age).length, `from ${age} steps ago`).toBeGreaterThan(0);
    expect(play.book.checkpoints.find(({ step }) => step === null)?.number).toBe(501);
  },
);

test(verifies('files.thinning', 'a merge is left out when the run went back to what was to go meanwhile'), () => {
  const play = new Play();
  for (let step = 0; step < deep - 1; step++) play.take(false);
  const [merge] = planThinning(play.book, shallow);
  if (merge === undefined) throw new Error('there is nothing to merge');
  const inner = play.book.checkpoints.find(({ layers }) => layers.at(-1) === merge.layers[0]);
  expect(merge.checkpoints).toContain(inner?.number);
  expect(withMerged({ ...play.book, layers: inner?.layers ?? [] }, merge, 'into')).toBeUndefined();
  expect(withMerged(play.book, merge, 'into')?.layers).toHaveLength(deep - merge.layers.length);
});
