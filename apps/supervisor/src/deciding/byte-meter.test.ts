import { scale, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createByteMeter } from './byte-meter.ts';
import { createRunUsage } from './run-usage.ts';
import { memoryCounters, tester } from './testing/counters.ts';

const meters = (run: number, day: number) => [
  { kind: 'meter' as const, counter: 'egress/run', limit: run },
  { kind: 'meter' as const, counter: 'egress/day', limit: day },
];

test(
  verifies('supervisor.bytes-metered', 'whatever passes at the same time, no budget of bytes is ever passed'),
  async () => {
    const pieces = fc.array(fc.array(fc.integer({ min: 1, max: 100_000 }), { maxLength: 6 }), {
      minLength: 1,
      maxLength: 5,
    });
    await fc.assert(
      fc.asyncProperty(pieces, fc.nat(400_000), fc.nat(400_000), async (connections, run, day) => {
        const gateway = memoryCounters();
        const usage = createRunUsage(tester, gateway, () => 0);
        let passed = 0;
        await Promise.all(
          connections.map(async (sizes) => {
            const meter = createByteMeter(usage, meters(run, day));
            for (const size of sizes) {
              const refused = await meter?.(size);
              if (refused === undefined) passed += size;
              else expect(refused).toMatchObject({ code: 'budget', text: expect.stringContaining('budgets.egress') });
            }
          }),
        );
        expect(passed).toBeLessThanOrEqual(Math.min(run, day));
        expect(usage.spent('egress/run')).toBe(passed);
        expect(usage.spent('egress/day')).toBe(passed);
      }),
      { numRuns: scale(200) },
    );
  },
);

test('two runs share a day, and small pieces do not ask the gateway each', async () => {
  const gateway = memoryCounters();
  const runs = (['run_1111111111', 'run_2222222222'] as const).map((run) =>
    createByteMeter(
      createRunUsage({ ...tester, run }, gateway, () => 0),
      meters(1e9, 200_000),
    ),
  );
  let passed = 0;
  while ((await runs[(passed / 1_000) % 2]?.(1_000)) === undefined) passed += 1_000;
  expect(passed).toBeLessThanOrEqual(200_000);
  // One run may hold what the other lacks: at most that much of a day is lost.
  expect(passed).toBeGreaterThan(200_000 - 64 * 1_024);
  expect(gateway.calls).toBeLessThan(30);
});

test('without a budget nothing is counted', () => {
  expect(
    createByteMeter(
      createRunUsage(tester, memoryCounters(), () => 0),
      [],
    ),
  ).toBeUndefined();
});
