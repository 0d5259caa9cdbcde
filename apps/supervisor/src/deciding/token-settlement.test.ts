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
    settlement.used(usage, 'openai/other', 7);
    expect(usage.spent('tokens/run')).toBe(900);
    // The second one ends first.
    settlement.used(usage, 'openai/gpt', 30);
    settlement.used(usage, 'openai/gpt', 20);
    expect(usage.spent('tokens/run')).toBe(50);
    settlement.used(usage, 'openai/gpt', 999);
    expect(usage.spent('tokens/run')).toBe(50);
  },
);

test('a request that used more than was reserved counts whole', async () => {
  const usage = createRunUsage('tour', unasked, Date.now);
  const settlement = createTokenSettlement();
  await usage.reserve([wanted(100)]);
  settlement.reserved(usage, 'openai/gpt', decision(100));
  settlement.used(usage, 'openai/gpt', 300);
  expect(usage.spent('tokens/run')).toBe(300);
});
