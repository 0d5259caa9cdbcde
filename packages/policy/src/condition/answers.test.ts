import { scale, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { answersOf, type ConditionAnswers } from './answers.ts';
import { type ConditionScope, compileCondition } from './condition.ts';

test.each<[string, ConditionAnswers]>([
  ["args.env == 'prod' && args.env == 'staging'", 'never true'],
  ["args.env != 'prod' || args['env'] != 'staging'", 'never false'],
  ["!(args.env == 'prod' && args.env == 'staging')", 'never false'],
  ['true', 'never false'],
  ['1 > 2', 'never true'],
  ["'a' in ['b']", 'never true'],
  ['[1, 2].exists(x, x > 2)', 'never true'],
  ["args.env in ['a', 'b'] && !(args.env in ['b', 'a', 'c'])", 'never true'],
  ["args.env in ['a', 'b'] && args.env.startsWith('c')", 'never true'],
  ['args.env in []', 'never true'],
  ["args.to.endsWith('@a.example') && args.to.endsWith('@b.example')", 'never true'],
  ["args.to.startsWith('/a') && args.to.startsWith('/b')", 'never true'],
  ["args.to.startsWith('/a') && args.to.startsWith('/a/b')", 'open'],
  ['args.amount > 100 && args.amount < 50', 'never true'],
  ['args.amount > 100 && 100 >= args.amount', 'never true'],
  ['args.amount >= 100 && args.amount <= 100', 'open'],
  ['args.amount > 5 && args.amount < 6', 'open'],
  ['size(args.list) > 1 && args.list.size() < 2', 'never true'],
  ['size(args.list) < 0', 'never true'],
  ['size(args.list) >= 0', 'never false'],
  ['args.amount < 5 || args.amount >= 5', 'never false'],
  ["args.amount == 5 && args.amount == '5'", 'never true'],
  ['!has(args.to) && args.to == 1', 'never true'],
  ['has(args.to) || args.other == 1 || !has(args.to)', 'never false'],
  ['!has(args.to) && has(args.to.name)', 'never true'],
  ['!has(args.to) || args.to == 1', 'open'],
  ['args.force ? !args.force : args.force', 'never true'],
  ["args.env == 'a' ? args.env == 'b' : true", 'open'],
  ["args.list.all(x, x == 'a') && args.list == []", 'open'],
  ["args.env == 'a' && args.other == 'b'", 'open'],
  ['args.a == 0 && 1.0 / args.a < 0.0', 'open'],
  ['args.a == 0u && args.a == 0', 'open'],
  ["args.a == 'x' && args.a == args.b", 'open'],
])(verifies('policy-tools.check-conditions', '%s is %s'), (source, expected) => {
  expect(answersOf(source, 'arguments')).toBe(expected);
});

test.each<[string, ConditionScope, ConditionAnswers]>([
  ["labels.confidentiality == 'secert'", 'labels', 'never true'],
  ["labels.integrity != 'extern'", 'labels', 'never false'],
  ["labels.confidentiality in ['secret', 'internal', 'public']", 'labels', 'never false'],
  ["labels.integrity == 'external'", 'labels', 'open'],
  ["command.effective.all(c, c in ['git'])", 'tool', 'open'],
])(verifies('policy-tools.check-conditions', '%s, about %s, is %s'), (source, scope, expected) => {
  expect(answersOf(source, scope)).toBe(expected);
});

const value = fc.constantFrom("'a'", "'b'", "'ab'", '0', '1', '-1', '1.5', 'true', 'null', "['a']", '[]');
const place = fc.constantFrom('args.a', "args['a']", 'args.b', 'args.a.b', 'args', 'size(args.a)', 'args.b.size()');
const atom = fc.oneof(
  fc.tuple(place, fc.constantFrom('==', '!=', '<', '<=', '>', '>='), value).map((parts) => parts.join(' ')),
  fc.tuple(value, fc.constantFrom('==', '<', '>='), place).map((parts) => parts.join(' ')),
  fc.tuple(place, fc.array(value, { maxLength: 2 })).map(([of, list]) => `${of} in [${list.join(', ')}]`),
  fc
    .tuple(place, fc.constantFrom('startsWith', 'endsWith', 'contains'), fc.constantFrom('a', 'b', 'ab'))
    .map(([of, call, text]) => `${of}.${call}('${text}')`),
  fc.constantFrom(
    'has(args.a)',
    'has(args.b)',
    'has(args.a.b)',
    'args.a',
    'args.b',
    'true',
    '1 > 2',
    'args.a.all(x, x == args.b)',
  ),
  fc.constantFrom("'a' in args", "args.b.exists(args, args == 'a')", 'args.a == args.b', '1.0 / args.a > 0.0'),
);
const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 4, depthSize: 'medium' },
    atom,
    tie('expression').map((inner) => `!(${inner})`),
    fc
      .tuple(tie('expression'), fc.constantFrom('&&', '||'), tie('expression'))
      .map(([a, op, b]) => `(${a}) ${op} (${b})`),
    fc.tuple(tie('expression'), tie('expression'), tie('expression')).map(([a, b, c]) => `((${a}) ? (${b}) : (${c}))`),
  ),
}));
/** Everything that these places could hold, absent too. */
const some = ['a', 'b', 'ab', '', 0, -0, 1, -1, 1.5, true, false, null, ['a'], [], { b: 'a' }, { b: 1 }, {}];
const held = [undefined, ...some].map((one) => (one === undefined ? [] : [one]));
const tried: readonly unknown[] = [
  ['a'],
  [],
  ...held.flatMap((a) => held.map((b) => ({ ...(a.length > 0 && { a: a[0] }), ...(b.length > 0 && { b: b[0] }) }))),
];

test(verifies('policy-tools.check-conditions', 'what a condition is said never to be, it is of no values'), () => {
  let found = 0;
  fc.assert(
    fc.property(expression, (source) => {
      const answers = answersOf(source, 'arguments');
      const compiled = compileCondition(source, 'arguments');
      if (answers === 'open' || compiled.kind === 'refused') return;
      found++;
      for (const args of tried) expect(compiled.condition.holds({ args })).not.toBe(answers === 'never true');
    }),
    { numRuns: scale(700) },
  );
  expect(found).toBeGreaterThan(8);
});
