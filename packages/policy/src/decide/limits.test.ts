import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { counterWindow } from '../index.ts';
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
      { kind: 'reserve', counter: 'egress/run', amount: 900, limit: 1_500 },
      { kind: 'cap', direction: 'request', bytes: 900 },
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
