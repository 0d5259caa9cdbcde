import { noUsage } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { decide } from '../decide/decide.ts';
import { policy } from '../testing/samples.ts';
import { diffPolicies } from './diff.ts';

test(verifies('policy-tools.diff', 'a model that gets a price, or loses it, under a budget of cost is named'), () => {
  const priced = (...models: readonly string[]) => {
    const prices = models.map((model) => `"${model}": { input: 1, output: 2 }`).join(', ');
    return policy('budgets: { cost: 5 USD/run }', `inference: { prices: { ${prices} } }`).snapshot;
  };
  const [few, all] = [priced('acme/small'), priced('acme/*')];
  const { changes } = diffPolicies(few, all, 0);
  const opened = changes.filter(
    ({ direction, before, after }) => direction === 'opens' && before === 'refused' && after === 'allowed',
  );
  expect(opened.map(({ what }) => what).filter((what) => what.startsWith('acme/'))).toHaveLength(1);
  for (const { question } of opened) {
    if (question === null) continue;
    expect(decide(question, few, noUsage, 0).kind).toBe('deny');
    expect(decide(question, all, noUsage, 0).kind).toBe('allow');
  }
  expect(diffPolicies(all, few, 0).changes.map(({ direction }) => direction)).toContain('closes');
  expect(diffPolicies(all, all, 0).changes).toEqual([]);
});
