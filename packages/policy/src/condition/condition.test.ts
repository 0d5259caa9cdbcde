import { scale, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ConditionScope, compileCondition } from './condition.ts';

function holds(
  source: string,
  values: Record<string, unknown>,
  scope: ConditionScope = 'arguments',
): boolean | undefined {
  const compiled = compileCondition(source, scope);
  if (compiled.kind === 'refused') throw new Error(compiled.reason);
  return compiled.condition.holds(values);
}

test.each<[string, unknown, boolean | undefined]>([
  ["args.priority != 'low'", { priority: 'high' }, true],
  ["args.priority != 'low'", { priority: 'low' }, false],
  ["args.priority != 'low'", {}, undefined],
  ['args.amount < 100', { amount: 5 }, true],
  ['args.amount < 100', { amount: 100.5 }, false],
  ['args.amount < 100', { amount: '5' }, undefined],
  ["has(args.to) && args.to.endsWith('@example.com')", {}, false],
  ["args.to.all(t, t.endsWith('@example.com'))", { to: ['a@example.com', 'b@example.org'] }, false],
  ["'__proto__' in args", {}, false],
  ['!has(args.force)', { other: 1 }, true],
  ['!has(args.force)', { Force: true }, undefined],
  ["!has(args.force) || args['skip'] == 1", { list: [{ \u017fkip: 2 }] }, undefined],
  ["!('force' in args)", { FORCE: true }, undefined],
  ['args.account != 9007199254740993', { account: 9_007_199_254_740_992 }, undefined],
  ['args.ids.all(i, i < 5.0)', { ids: [1, Number.NEGATIVE_INFINITY] }, undefined],
  ['args.account == 5', { account: 5, id: 9_007_199_254_740_992 }, true],
  ['args.constructor == 1', {}, undefined],
  ['args', {}, undefined],
  ['size(args.list) < 3', { list: Array.from({ length: 1_001 }, () => 1) }, undefined],
])(verifies('policy.conditions-total', '%s about %j is %s'), (source, args, expected) => {
  expect(holds(source, { args })).toBe(expected);
});

test(verifies('policy.conditions-total', 'commands and labels have conditions of their own'), () => {
  const source = "command.effective.all(c, c in ['git', 'ls'])";
  expect(holds(source, { args: {}, command: { effective: ['git', 'ls'] } }, 'tool')).toBe(true);
  expect(holds(source, { args: {}, command: { effective: ['git', 'rm'] } }, 'tool')).toBe(false);
  expect(holds(source, { args: {} }, 'tool')).toBe(undefined);
  expect(holds("labels.confidentiality == 'secret'", { labels: { confidentiality: 'secret' } }, 'labels')).toBe(true);
});

test.each([
  ['1 + 1', 'true or false'],
  ['args.a ==', 'no condition'],
  ['elsewhere == 1', 'no condition'],
  ["args.a.matches('(a+)+$')", 'regular expression'],
  ["matches(args.a, 'a')", 'regular expression'],
  ['args.a.all(a, args.b.all(b, args.c.all(c, a == b && b == c)))', 'inside each other'],
  [`args.a == '${'x'.repeat(1_100)}'`, 'at most'],
  [Array.from({ length: 150 }, () => 'args').join('&&'), 'no condition'],
])(verifies('policy.conditions-total', '%s is refused when it is compiled'), (source, words) => {
  expect(compileCondition(source, 'arguments')).toMatchObject({
    kind: 'refused',
    reason: expect.stringContaining(words),
  });
});

test(
  verifies(
    'policy.conditions-total',
    'whatever the expression and the values, there is an answer or none, and no crash',
  ),
  () => {
    const piece = fc.constantFrom(
      'args',
      '.a',
      '.b',
      ' == ',
      '1',
      "'x'",
      ' && ',
      '!',
      '(',
      ')',
      '[',
      ']',
      ' in ',
      '.size()',
      ' ? ',
      ' : ',
      '-',
      '0u',
      'null',
      '.all(x, x)',
    );
    let compiled = 0;
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), fc.jsonValue(), (pieces, args) => {
        const result = compileCondition(pieces.join(''), 'arguments');
        if (result.kind === 'refused') return;
        compiled++;
        expect([true, false, undefined]).toContain(result.condition.holds({ args }));
      }),
      { numRuns: scale(5_000) },
    );
    expect(compiled).toBeGreaterThan(20);
  },
);
