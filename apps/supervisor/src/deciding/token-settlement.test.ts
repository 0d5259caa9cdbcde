import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { createRunUsage, type Reserve, type Reserved, type RunUsage } from './run-usage.ts';
import { memoryCounters, tester } from './testing/counters.ts';
import { createTokenSettlement } from './token-settlement.ts';

const wanted = (amount: number): Reserve => ({ kind: 'reserve', counter: 'tokens/run', amount, limit: 1_000 });

async function taken(usage: RunUsage, wish: Reserve): Promise<readonly Reserved[]> {
  const reserved = await usage.reserve([wish]);
  if (reserved === undefined) throw new Error('there is no room for it');
  return reserved;
}

test(
  verifies('supervisor.budgets-hold', 'the tokens of a budget are those that were used, not those that were feared'),
  async () => {
    const usage = createRunUsage(tester, memoryCounters(), Date.now);
    const settlement = createTokenSettlement();
    for (const amount of [400, 500]) {
      settlement.reserved(usage, 'openai/gpt', await taken(usage, wanted(amount)));
    }
    expect(await usage.reserve([wanted(200)])).toBeUndefined();
    settlement.used(usage, 'openai/other', { inputTokens: 7, outputTokens: 0 });
    expect(usage.spent('tokens/run')).toBe(900);
    // The second one ends first.
    settlement.used(usage, 'openai/gpt', { inputTokens: 30, outputTokens: 0 });
    settlement.used(usage, 'openai/gpt', { inputTokens: 20, outputTokens: 0 });
    expect(usage.spent('tokens/run')).toBe(50);
    settlement.used(usage, 'openai/gpt', { inputTokens: 999, outputTokens: 0 });
    expect(usage.spent('tokens/run')).toBe(50);
  },
);

test('a request that used more than was reserved counts whole', async () => {
  const usage = createRunUsage(tester, memoryCounters(), Date.now);
  const settlement = createTokenSettlement();
  settlement.reserved(usage, 'openai/gpt', await taken(usage, wanted(100)));
  settlement.used(usage, 'openai/gpt', { inputTokens: 300, outputTokens: 0 });
  expect(usage.spent('tokens/run')).toBe(300);
});

test(verifies('supervisor.budgets-hold', 'what was paid takes the place of what a request could cost'), async () => {
  const usage = createRunUsage(tester, memoryCounters(), Date.now);
  const settlement = createTokenSettlement();
  const cost: Reserve = { kind: 'reserve', counter: 'cost/run', amount: 2, limit: 3 };
  const price = { input: 10, output: 100 };
  const reserved = await taken(usage, cost);
  expect(await usage.reserve([cost])).toBeUndefined();
  settlement.reserved(usage, 'openai/gpt', reserved, price);
  settlement.used(usage, 'openai/gpt', { inputTokens: 10_000, outputTokens: 4_000 });
  expect(usage.spent('cost/run')).toBeCloseTo(0.5);
  expect(await usage.reserve([cost])).toBeDefined();
});
