import type { Decision } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { createRunUsage, type Reserve } from './run-usage.ts';
import { createTokenSettlement } from './token-settlement.ts';

const wanted = (amount: number): Reserve => ({ kind: 'reserve', counter: 'tokens/run', amount, limit: 1_000 });
const decision = (amount: number): Decision => ({
  kind: 'allow',
  reasons: [],
  rules: [],
  obligations: [wanted(amount), { kind: 'record', durability: 'summary' }],
  policy: 'a'.repeat(64),
});
const unasked = { reserve: () => Promise.reject(new Error('no day counter is asked here')) };

test(
  verifies('supervisor.budgets-hold', 'the tokens of a budget are those that were used, not those that were feared'),
  async () => {
    const usage = createRunUsage('tour', unasked, Date.now);
    const settlement = createTokenSettlement();
    for (const amount of [400, 500]) {
      expect(await usage.reserve([wanted(amount)])).toBe(true);
      settlement.reserved(usage, 'openai/gpt', decision(amount));
    }
    expect(await usage.reserve([wanted(200)])).toBe(false);
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
  const usage = createRunUsage('tour', unasked, Date.now);
  const settlement = createTokenSettlement();
  await usage.reserve([wanted(100)]);
  settlement.reserved(usage, 'openai/gpt', decision(100));
  settlement.used(usage, 'openai/gpt', { inputTokens: 300, outputTokens: 0 });
  expect(usage.spent('tokens/run')).toBe(300);
});

test(verifies('supervisor.budgets-hold', 'what was paid takes the place of what a request could cost'), async () => {
  const usage = createRunUsage('tour', unasked, Date.now);
  const settlement = createTokenSettlement();
  const cost: Reserve = { kind: 'reserve', counter: 'cost/run', amount: 2, limit: 3 };
  const price = { input: 10, output: 100 };
  expect(await usage.reserve([cost])).toBe(true);
  expect(await usage.reserve([cost])).toBe(false);
  settlement.reserved(usage, 'openai/gpt', { ...decision(1), obligations: [cost] }, price);
  settlement.used(usage, 'openai/gpt', { inputTokens: 10_000, outputTokens: 4_000 });
  expect(usage.spent('cost/run')).toBeCloseTo(0.5);
  expect(await usage.reserve([cost])).toBe(true);
});
