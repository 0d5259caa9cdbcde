import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { compile, counterWindow } from '../index.ts';
import { inference, open, policy, request, spent, toolCall } from '../testing/samples.ts';

test(verifies('policy.budgets-hold', 'budgets and bursts reserve what is left, then deny or ask'), () => {
  const tokens = policy('budgets: { tokens: 100/run }');
  expect(tokens.decide({ ...inference, tokens: 40 }, spent(60)).obligations).toContainEqual({
    kind: 'reserve',
    counter: 'tokens/run',
    amount: 40,
    limit: 100,
  });
  expect(tokens.decide({ ...inference, tokens: 41 }, spent(60))).toMatchObject({
    kind: 'deny',
    reasons: [{ code: 'budget' }],
  });
  const bytes = policy(
    `${open('a.example.com', ', access: full, request: { max_bytes: 1000 }')}\nbudgets: { egress: 1500/run }`,
  );
  expect(bytes.decide(request('POST', 'a.example.com', '/'), spent(600)).obligations).toEqual(
    expect.arrayContaining([
      { kind: 'meter', counter: 'egress/run', limit: 1_500 },
      { kind: 'cap', direction: 'request', bytes: 1_000 },
    ]),
  );
  expect(bytes.decide(request('POST', 'a.example.com', '/'), spent(1_500)).kind).toBe('deny');
  expect(policy('budgets: { wall: 10m }').decide(toolCall, spent(600)).kind).toBe('deny');
  const burst = policy('tools: [{ match: "file.*", burst: { max: 2, per: 10m, then: ask } }]');
  expect(burst.decide(toolCall, spent(1)).obligations).toContainEqual({
    kind: 'reserve',
    counter: 'burst/agent/tools[0]/600s',
    amount: 1,
    limit: 2,
  });
  expect(burst.decide(toolCall, spent(2))).toMatchObject({ kind: 'ask', reasons: [{ code: 'burst' }] });
  expect(counterWindow('burst/agent/tools[0]/600s')).toEqual({ kind: 'seconds', seconds: 600 });
  expect([counterWindow('tokens/day'), counterWindow('wall/run')]).toEqual([{ kind: 'day' }, { kind: 'run' }]);
});

const prices = 'inference: { prices: { "cloud/*": { input: 10, output: 40 }, cloud/small: { input: 1, output: 4 } } }';

test(verifies('policy.cost-counted', 'what a request can cost at most is reserved, at the price of its model'), () => {
  const { decide: ask } = policy('budgets: { cost: 5 USD/run }', prices);
  const remote = {
    ...inference,
    provider: 'cloud',
    locality: 'remote' as const,
    tokens: 100_000,
    answerTokens: 20_000,
  };
  const reserved = (question: typeof remote) =>
    ask(question).obligations.flatMap((obligation) => (obligation.kind === 'reserve' ? [obligation.amount] : []));
  expect(reserved({ ...remote, model: 'large' })).toEqual([0.8 + 0.8]);
  expect(reserved({ ...remote, model: 'small' })).toEqual([0.08 + 0.08]);
  const { answerTokens: _, ...unsplit } = { ...remote, model: 'small' };
  expect(ask(unsplit).obligations).toContainEqual({ kind: 'reserve', counter: 'cost/run', amount: 0.4, limit: 5 });
  expect(ask({ ...remote, model: 'large' }, spent(3.5))).toMatchObject({ kind: 'deny', reasons: [{ code: 'budget' }] });
  expect(ask({ ...remote, provider: 'other' })).toMatchObject({
    kind: 'deny',
    reasons: [{ text: expect.stringContaining('no price for other/') }],
  });
  expect(ask({ ...remote, provider: 'other', locality: 'local' }).kind).toBe('allow');
});

test(
  verifies('policy.cost-counted', 'a cost budget without prices, and a price outside the ceiling, are errors'),
  () => {
    const ceiling = { version: 1 } as const;
    const cost = { version: 1, budgets: { cost: { amount: 5, per: 'run' } } } as const;
    const priced = { version: 1, inference: { prices: { 'cloud/*': { input: 0, output: 0 } } } } as const;
    expect(compile({ ceiling, agent: cost })).toMatchObject({
      kind: 'invalid',
      problems: [{ rule: { layer: 'agent', path: 'budgets.cost' }, message: expect.stringContaining('prices') }],
    });
    expect(compile({ ceiling, agent: { ...cost, ...priced } })).toMatchObject({ kind: 'invalid' });
    expect(compile({ ceiling: priced, agent: priced })).toMatchObject({
      kind: 'invalid',
      problems: [{ rule: { layer: 'agent', path: 'inference.prices' } }],
    });
    expect(compile({ ceiling: priced, agent: cost }).kind).toBe('ok');
  },
);

test('a tool is allowed by default when it stays inside and can be taken back', () => {
  const { decide: ask } = policy('');
  const kinds = (['read', 'reversible', 'compensable', 'irreversible'] as const).map(
    (effect) => ask({ ...toolCall, effect }).kind,
  );
  expect(kinds).toEqual(['allow', 'allow', 'ask', 'ask']);
  expect(policy('tools: [{ match: "x*" }]').decide({ ...toolCall, tool: 'x.y', effect: 'irreversible' }).kind).toBe(
    'allow',
  );
});

test(verifies('policy.provider-features-denied', 'what a provider does by itself must be named'), () => {
  const hosted = { ...inference, features: ['hosted_tool' as const] };
  expect(policy('').decide(hosted)).toMatchObject({ kind: 'deny', reasons: [{ code: 'feature' }] });
  expect(policy('inference: { features: [hosted_tool] }').decide(hosted).kind).toBe('allow');
  expect(policy('inference: { features: [hosted_tool] }', 'inference: { features: [] }').decide(hosted).kind).toBe(
    'deny',
  );
});

test('rules for certain executables stay closed for unknown ones, and what is forbidden stays forbidden', () => {
  const { decide: ask } = policy(`network_policies:
  gh: { binaries: [{ path: /usr/bin/gh }], endpoints: [{ host: a.example.com, port: 443, access: full, deny_rules: [{ method: DELETE, path: "/**" }] }] }
  any: { endpoints: [{ host: "*.example.com", port: 443 }] }`);
  const from = (executable: string | undefined, method: string) =>
    ask(
      request(method, 'a.example.com', '/', {
        caller: executable === undefined ? { agent: 'a' } : { agent: 'a', executable },
      }),
    );
  expect(from('/usr/bin/gh', 'GET').rules[0]?.path).toBe('network_policies.gh.endpoints[0].access');
  expect(from(undefined, 'GET').rules[0]?.path).toBe('network_policies.any.endpoints[0]');
  expect(from(undefined, 'DELETE').kind).toBe('deny');
  expect(from('/usr/bin/curl', 'DELETE').kind).toBe('allow');
});
