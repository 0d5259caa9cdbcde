import fc from 'fast-check';
import { expect, test } from 'vitest';
import { editDistance, nearestWord } from './nearest-word.ts';

const known = ['say', 'steps', 'baseUrl', 'contextTokens', 'description'];

test.each([
  ['sya', 'say'],
  ['step', 'steps'],
  ['baseURL', 'baseUrl'],
  ['contxetTokens', 'contextTokens'],
  ['descripton', 'description'],
  ['banana', undefined],
  ['', undefined],
])('%j is near to %j', (word, near) => {
  expect(nearestWord(word, known)).toBe(near);
});

test('the distance counts letters added, left out, changed and swapped', () => {
  expect([
    editDistance('', 'abc'),
    editDistance('abc', 'abc'),
    editDistance('ab', 'ba'),
    editDistance('endpoint', 'endpoints'),
  ]).toEqual([3, 0, 1, 1]);
  fc.assert(
    fc.property(fc.string({ maxLength: 8 }), fc.string({ maxLength: 8 }), (a, b) => {
      expect(editDistance(a, b)).toBe(editDistance(b, a));
      expect(editDistance(a, b) === 0).toBe(a === b);
      expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
    }),
  );
});
