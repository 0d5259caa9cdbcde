import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { KnownAnswers } from './known-answers.ts';

/** What the hash is after one word of four bytes. */
function hashAfter(word: number): number {
  const hash = Math.imul(word, 0x9e3779b1);
  return hash ^ (hash >>> 15);
}

/** The answers to keys of two words each, that are asked for one after the other. */
function answers(keys: readonly (readonly [number, number])[]): readonly number[] {
  const known = new KnownAnswers<number>();
  const bytes = new DataView(new ArrayBuffer(8 * keys.length));
  return keys.map(([first, second], at) => {
    bytes.setUint32(8 * at, first, true);
    bytes.setUint32(8 * at + 4, second, true);
    return known.answer(bytes, 8 * at, { from: 0, question: 0, run: 0, runEnd: 0, to: 8 }, () => at);
  });
}

test(verifies('policy-tools.simulate', 'records whose bytes have the same hash are still two'), () => {
  const same = hashAfter(1) ^ hashAfter(2);
  const [one, other] = [
    [1, 7],
    [2, 7 ^ same],
  ] as const;
  expect(answers([one, other, one, other])).toEqual([0, 1, 0, 1]);
});

test(verifies('policy-tools.simulate', 'so many with the same hash, or so many at all, are answered too'), () => {
  const alike = Array.from({ length: 20 }, (_, at) => [at + 1, hashAfter(1) ^ hashAfter(at + 1)] as const);
  expect(answers([...alike, ...alike]).slice(20, 28)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect(answers([...alike, ...alike]).slice(28)).toEqual(Array.from({ length: 12 }, (_, at) => 28 + at));
  const many = Array.from({ length: 70_000 }, (_, at) => [at, 0] as const);
  expect(answers(many)).toEqual([...many.keys()]);
});
