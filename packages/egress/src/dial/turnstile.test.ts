import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { createTurnstile } from './turnstile.ts';

test(verifies('egress.fair', 'a sandbox with many lookups delays another by one turn'), async () => {
  const enter = createTurnstile(2);
  const order: string[] = [];
  const work = async (key: string): Promise<void> => {
    const leave = await enter(key);
    order.push(key);
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    leave();
  };
  await Promise.all([...Array.from({ length: 20 }, () => work('greedy')), work('modest')]);
  expect(order.indexOf('modest')).toBeLessThanOrEqual(1);
  expect(order).toHaveLength(21);
});

test('no more are inside than there are places, nor two of one key', async () => {
  const enter = createTurnstile(2);
  let inside = 0;
  let most = 0;
  const keys = new Set<string>();
  const work = async (key: string): Promise<void> => {
    const leave = await enter(key);
    expect(keys.has(key)).toBe(false);
    keys.add(key);
    inside++;
    most = Math.max(most, inside);
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    inside--;
    keys.delete(key);
    leave();
  };
  await Promise.all(Array.from({ length: 30 }, (_, index) => work(`sandbox ${index % 5}`)));
  expect(most).toBe(2);
});
