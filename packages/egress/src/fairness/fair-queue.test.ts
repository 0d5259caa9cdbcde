import { scale, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFairQueue, type FairQueueOptions } from './fair-queue.ts';

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

/** The same, as one would write it down: all parties in a row, and whoever had a turn goes to its end. */
function naiveQueue({ places, each }: FairQueueOptions) {
  const row: { key: string; held: number; wishes: { id: number; amount: number }[] }[] = [];
  const granted: number[] = [];
  const held = (): number => row.reduce((sum, party) => sum + party.held, 0);
  function admit(): void {
    const isPossible = ({ held: has, wishes: [first] }: (typeof row)[number]): boolean =>
      first !== undefined && (has === 0 || has + first.amount <= each);
    const at = row.findIndex(isPossible);
    const [party] = at === -1 ? [] : row.slice(at);
    const wish = party?.wishes[0];
    if (party === undefined || wish === undefined || (held() > 0 && held() + wish.amount > places)) return;
    party.wishes.shift();
    party.held += wish.amount;
    row.push(...row.splice(at, 1));
    granted.push(wish.id);
    admit();
  }
  return {
    granted,
    enter(key: string, id: number, amount: number): void {
      const known = row.find((party) => party.key === key) ?? { key, held: 0, wishes: [] };
      if (!row.includes(known)) row.push(known);
      known.wishes.push({ id, amount });
      admit();
    },
    leave(key: string, amount: number): void {
      const at = row.findIndex((party) => party.key === key);
      const party = row[at];
      if (party === undefined) throw new Error('nobody leaves who is not there');
      party.held -= amount;
      if (party.held === 0 && party.wishes.length === 0) row.splice(at, 1);
      admit();
    },
  };
}

test(
  verifies('egress.fair', 'turns are taken as the naive queue takes them, however wishes and endings meet'),
  async () => {
    const amount = fc.integer({ min: 1, max: 7 });
    const step = fc.oneof(
      fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd'), amount }),
      fc.record({ leaving: fc.nat() }),
    );
    const options = fc.record({ places: fc.integer({ min: 2, max: 10 }), each: fc.integer({ min: 1, max: 6 }) });
    let waited = 0;
    await fc.assert(
      fc.asyncProperty(options, fc.array(step, { minLength: 5, maxLength: 40 }), async (shares, steps) => {
        const enter = createFairQueue(shares);
        const naive = naiveQueue(shares);
        const granted: number[] = [];
        const inside: { key: string; amount: number; leave: () => void }[] = [];
        for (const [id, one] of steps.entries()) {
          if ('key' in one) {
            const take = (leave: () => void): void => {
              granted.push(id);
              inside.push({ ...one, leave });
            };
            naive.enter(one.key, id, one.amount);
            const entering = enter(one.key, one.amount);
            if (entering instanceof Promise) {
              waited++;
              void entering.then(take);
            } else take(entering);
          } else if (inside.length > 0) {
            const [left] = inside.splice(one.leaving % inside.length, 1);
            left?.leave();
            if (left !== undefined) naive.leave(left.key, left.amount);
          }
          await new Promise(setImmediate);
          expect(granted).toEqual(naive.granted);
        }
      }),
      { numRuns: scale(200) },
    );
    expect(waited).toBeGreaterThan(100);
  },
);
