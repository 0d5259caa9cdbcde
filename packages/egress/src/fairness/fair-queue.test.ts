import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { createFairQueue } from './fair-queue.ts';

test(verifies('egress.fair', 'a sandbox with many lookups delays another by one turn'), async () => {
  const enter = createFairQueue({ places: 2, each: 1 });
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
  const enter = createFairQueue({ places: 2, each: 1 });
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

test(verifies('egress.fair', 'shares are bounded for each, and large wishes are not overtaken for ever'), async () => {
  const enter = createFairQueue({ places: 10, each: 6 });
  const order: string[] = [];
  const take = async (key: string, amount: number): Promise<() => void> => {
    const leave = await enter(key, amount);
    order.push(`${key} ${amount}`);
    return leave;
  };
  const first = await take('a', 6);
  const second = take('a', 1);
  const other = await take('b', 4);
  const large = take('b', 6);
  const late = take('c', 1);
  expect(order).toEqual(['a 6', 'b 4']);
  first();
  (await second)();
  other();
  (await large)();
  (await late)();
  expect(order.toSorted()).toEqual(['a 1', 'a 6', 'b 4', 'b 6', 'c 1']);
  // More than there is, when nothing else is held; and giving back twice gives nothing.
  const all = await take('d', 50);
  all();
  all();
  const [one, two] = [await take('e', 6), await take('f', 4)];
  const waiting = take('g', 1);
  expect(order.at(-1)).toBe('f 4');
  one();
  two();
  (await waiting)();
});
