import { expect, test } from 'vitest';
import { nearestWord } from './nearest-word.ts';

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
