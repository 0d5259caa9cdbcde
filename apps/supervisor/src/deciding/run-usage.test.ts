import type { Grant } from '@clawhold/spec';
import { scale, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRunUsage, type Reserve } from './run-usage.ts';
import { memoryCounters, tester } from './testing/counters.ts';

const noon = Date.parse('2026-11-22T12:00:00Z');

function reserve(counter: string, amount: number, limit: number): Reserve {
  return { kind: 'reserve', counter, amount, limit };
}

test(
  verifies('supervisor.budgets-hold', 'parallel reservations never pass a limit, and each is whole or nothing'),
  async () => {
    const wanted = fc.array(fc.record({ run: fc.integer({ min: 0, max: 9 }), day: fc.integer({ min: 0, max: 9 }) }), {
      minLength: 1,
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(wanted, fc.nat(30), fc.nat(30), async (calls, runLimit, dayLimit) => {
        const gateway = memoryCounters();
        const usage = createRunUsage(tester, gateway, () => noon);
        const granted = await Promise.all(
          calls.map(({ run, day }) =>
            usage.reserve([reserve('tokens/day', day, dayLimit), reserve('tokens/run', run, runLimit)]),
          ),
        );
        const sum = (of: 'run' | 'day') =>
          calls.reduce((total, call, index) => total + (granted[index] !== undefined ? call[of] : 0), 0);
        expect(sum('run')).toBe(usage.spent('tokens/run'));
        expect(sum('day')).toBe(usage.spent('tokens/day'));
        expect(usage.spent('tokens/run')).toBeLessThanOrEqual(runLimit);
        const totals = [...gateway.totals].map(
          ([name, total]) => total <= (name.startsWith('run_') ? runLimit : dayLimit),
        );
        expect(totals).not.toContain(false);
      }),
      { numRuns: scale(300) },
    );
  },
);

test(verifies('supervisor.budgets-hold', 'two reservations of one decision on one counter are added up'), async () => {
  const usage = createRunUsage(tester, memoryCounters(), () => noon);
  expect(await usage.reserve([reserve('tokens/run', 2, 3), reserve('tokens/run', 2, 3)])).toBe(undefined);
  expect(usage.spent('tokens/run')).toBe(0);
});

test(
  verifies(
    'supervisor.budgets-hold',
    'no window of any length ever holds more than its limit, whichever runs share it',
  ),
  async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 9 }) }),
      fc.record({ kind: fc.constant('take' as const), run: fc.nat(1), amount: fc.integer({ min: 1, max: 4 }) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        let now = noon;
        const gateway = memoryCounters(() => now);
        const runs = ['run_0123456789', 'run_9876543210'] as const;
        const usages = runs.map((run) => createRunUsage({ ...tester, run }, gateway, () => now));
        const really: { time: number; amount: number }[] = [];
        const inWindow = () =>
          really.filter(({ time }) => time > now - 10_000).reduce((sum, { amount }) => sum + amount, 0);
        for (const one of steps) {
          if (one.kind === 'wait') {
            now += one.seconds * 1_000;
            continue;
          }
          const usage = usages[one.run];
          const wanted = reserve('burst/agent/tools[0]/10s', one.amount, 5);
          const had = inWindow();
          const reserved = await usage?.reserve([wanted]);
          if (reserved !== undefined) really.push({ time: now, amount: one.amount });
          expect(reserved !== undefined).toBe(had + one.amount <= 5);
          expect(usage?.spent(wanted.counter)).toBe(inWindow());
        }
      }),
      { numRuns: scale(300) },
    );
  },
);

test(
  verifies('supervisor.usage-scopes', "an agent's bursts and day are its own, an outer layer's are everyone's"),
  async () => {
    const gateway = memoryCounters(() => noon);
    const usageOf = (run: 'run_0123456789' | 'run_9876543210', agent: string) =>
      createRunUsage({ run, agent, began: noon }, gateway, () => noon);
    const [one, parallel, other] = [
      usageOf('run_0123456789', 'tour'),
      usageOf('run_9876543210', 'tour'),
      usageOf('run_9876543210', 'other'),
    ];
    for (const counter of ['burst/agent/tools[0]/10s', 'tokens/day']) {
      expect(await one.reserve([reserve(counter, 1, 1)])).toBeDefined();
      expect(await parallel.reserve([reserve(counter, 1, 1)])).toBeUndefined();
      expect(await other.reserve([reserve(counter, 1, 1)])).toBeDefined();
    }
    for (const counter of ['burst/ceiling/tools[0]/10s', 'burst/team/tools[0]/10s', 'tokens/everyone/day']) {
      expect(await one.reserve([reserve(counter, 1, 1)])).toBeDefined();
      expect(await other.reserve([reserve(counter, 1, 1)])).toBeUndefined();
    }
    expect(await one.reserve([reserve('tokens/run', 1, 1)])).toBeDefined();
    expect(await parallel.reserve([reserve('tokens/run', 1, 1)])).toBeDefined();
  },
);

test('what was reserved of a day and not used is used first by the next one', async () => {
  const gateway = memoryCounters();
  const usage = createRunUsage(tester, gateway, () => noon);
  const [reserved] = (await usage.reserve([reserve('tokens/day', 100, 100)])) ?? [];
  expect(await usage.reserve([reserve('tokens/day', 1, 100)])).toBeUndefined();
  reserved?.settle(10);
  reserved?.settle(0);
  expect(usage.spent('tokens/day')).toBe(10);
  expect(await usage.reserve([reserve('tokens/day', 90, 100)])).toBeDefined();
  expect(await usage.reserve([reserve('tokens/day', 1, 100)])).toBeUndefined();
  expect([...gateway.totals]).toEqual([['tour/tokens/day/2026-11-22', 100]]);
});

test('a new day begins at nothing', async () => {
  let now = noon;
  const usage = createRunUsage(tester, memoryCounters(), () => now);
  await usage.reserve([reserve('tokens/day', 100, 100)]);
  now += 24 * 3_600 * 1_000;
  expect(usage.spent('tokens/day')).toBe(0);
  expect(await usage.reserve([reserve('tokens/day', 100, 100)])).toBeDefined();
});

test(verifies('supervisor.budgets-hold', 'what is settled after midnight belongs to the day before'), async () => {
  let now = noon;
  const counters = memoryCounters();
  const usage = createRunUsage(tester, counters, () => now);
  const [reserved] = (await usage.reserve([reserve('tokens/day', 90, 100)])) ?? [];
  now += 12 * 3_600 * 1_000;
  reserved?.settle(0);
  expect(usage.spent('tokens/day')).toBe(0);
  expect(await usage.reserve([reserve('tokens/day', 100, 100)])).toBeDefined();
  expect(await usage.reserve([reserve('tokens/day', 1, 100)])).toBeUndefined();
  expect(counters.totals.get('tour/tokens/day/2026-11-23')).toBe(100);
});

test(verifies('supervisor.budgets-hold', 'a counter that nobody answers for takes nothing'), async () => {
  const counters = memoryCounters();
  let away = true;
  const usage = createRunUsage(
    tester,
    { reserve: (taking) => (away ? Promise.reject(new Error('away')) : counters.reserve(taking)) },
    () => noon,
  );
  const both = [reserve('burst/agent/tools[0]/60s', 1, 1), reserve('tokens/run', 10, 10)];
  await expect(usage.reserve(both)).rejects.toThrow('away');
  away = false;
  expect(await usage.reserve(both)).toBeDefined();
});

test('more than was reserved counts against the next one', async () => {
  const usage = createRunUsage(tester, memoryCounters(), () => noon);
  const [reserved] = (await usage.reserve([reserve('tokens/run', 10, 20)])) ?? [];
  reserved?.settle(20);
  expect(await usage.reserve([reserve('tokens/run', 1, 20)])).toBeUndefined();
});

test(verifies('supervisor.usage-races', 'the wall clock of a run goes on from its first opening'), () => {
  let now = noon;
  const usage = createRunUsage({ ...tester, began: noon - 3_600_000 }, memoryCounters(), () => now);
  now += 61_000;
  expect(usage.spent('wall/run')).toBe(3_661);
});

test(verifies('supervisor.grant-once', 'a grant is found for its action while it lives, and is used up once'), () => {
  let now = noon;
  const usage = createRunUsage(tester, memoryCounters(), () => now);
  const grant: Grant = {
    id: 'grt_0123456789',
    approval: 'apr_0123456789',
    action: 'a'.repeat(64),
    expires: '2026-11-22T12:00:10Z',
    approvers: { count: 1, excludeRequester: false },
  };
  usage.addGrant(grant);
  expect(usage.grant('b'.repeat(64))).toBeUndefined();
  expect(usage.grant(grant.action)).toEqual(grant);
  expect([usage.takeGrant(grant.id), usage.takeGrant(grant.id)]).toEqual([true, false]);
  usage.addGrant(grant);
  now += 10_000;
  expect(usage.grant(grant.action)).toBeUndefined();
  usage.clear();
  expect(usage.takeGrant(grant.id)).toBe(false);
});
