import { expect, test } from 'vitest';
import { byteCount, duration, money, quantity } from './units.ts';

test.each([
  [byteCount, '64KiB', 65_536],
  [byteCount, '1MiB', 1_048_576],
  [byteCount, 17, 17],
  [duration, '20s', 20],
  [duration, '7d', 604_800],
  [quantity, '2M/day', { amount: 2_000_000, per: 'day' }],
  [quantity, '50MiB/run', { amount: 52_428_800, per: 'run' }],
  [money, '5 USD/run', { amount: 5, per: 'run' }],
] as const)('reads an amount', (schema, text, expected) => {
  expect(schema.parse(text)).toEqual(expected);
});

test.each([
  [byteCount, '1MB'],
  [byteCount, '-1'],
  [duration, '20'],
  [duration, '1w'],
  [quantity, '2M'],
  [quantity, '2M/week'],
  [money, '5 EUR/run'],
] as const)('teaches when it cannot', (schema, text) => {
  expect(schema.safeParse(text).error?.issues[0]?.message).toMatch(/^write /);
});
