import type { ApiClient } from '@clawhold/client';
import { expect, test } from 'vitest';
import { findRun } from './find.ts';

const ids = ['run_ab00000000', 'run_ab11111111', 'run_cd22222222'];
// Only the list is asked for.
const api = { GET: async () => ({ data: { runs: ids.map((id) => ({ id })) } }) } as unknown as ApiClient;

test.each([
  ['cd', 'run_cd22222222'],
  ['run_cd', 'run_cd22222222'],
  ['ab1', 'run_ab11111111'],
  ['run_zz99999999', 'run_zz99999999'], // whole: the gateway says that it is not there
])('"%s" means %s', async (typed, wanted) => {
  expect(await findRun(api, typed)).toBe(wanted);
});

test.each([
  ['ab', 'input_ambiguous_id', 'is the beginning of 2 runs'],
  ['zz', 'input_unknown_id', 'no run that begins'],
  ['', 'input_unknown_id', 'no run that begins'],
])('"%s" is refused: %s', async (typed, code, message) => {
  await expect(findRun(api, typed)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
});
