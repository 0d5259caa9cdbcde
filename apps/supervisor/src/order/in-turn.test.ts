import { expect, test } from 'vitest';
import { inTurn } from './in-turn.ts';

test('work begins when what was asked for before it has ended, also when that failed', async () => {
  const turn = inTurn();
  const told: string[] = [];
  const held = Promise.withResolvers<void>();
  const first = turn(async () => {
    await held.promise;
    told.push('first');
    throw new Error('broken');
  });
  const second = turn(async () => told.push('second'));
  await new Promise(setImmediate);
  expect(told).toEqual([]);
  held.resolve();
  await expect(first).rejects.toThrow('broken');
  expect(await second).toBe(2);
  expect(told).toEqual(['first', 'second']);
});
