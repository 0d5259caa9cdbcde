import { Buffer } from 'node:buffer';
import { prepareExactValues } from '@clawhold/detect';
import { redactions } from '@clawhold/spec';
import { scale, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createWithholding } from './withholding.ts';

const canary = 'dpl_QyR7s0tWnB4kZxV1mC8dLfG2hJ9pXaE';
const run = {
  id: 'run_0123456789',
  guarded: prepareExactValues([{ kind: 'canary', value: canary }]),
} as const;
const withhold = createWithholding({ digestOf: (value) => Buffer.from(value).toString('hex') });

const values = [
  'jane.doe@example.com',
  '4111 1111 1111 1111',
  'DE89370400440532013000',
  `glpat-${'Zk3Vq9Lw7Tx5Rb1Np8Hs'}`,
  canary,
];
const spellings: readonly ((value: string) => string)[] = [
  (value) => value,
  (value) => `(${value})`,
  (value) => JSON.stringify({ nested: JSON.stringify({ value }) }),
  (value) => Buffer.from(`user:${value}\n`).toString('base64'),
  (value) => encodeURIComponent(value),
];

test(
  verifies('inference.redact', 'whatever stands around a value, it is gone, and a second look finds nothing'),
  async () => {
    const piece = fc.oneof(
      fc.lorem({ maxCount: 8 }),
      fc.tuple(fc.constantFrom(...values), fc.constantFrom(...spellings)).map(([value, spell]) => spell(value)),
    );
    const texts = fc.array(piece, { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(texts, fc.constantFrom(' ', '\n', '\n\n'), async (pieces, between) => {
        const { text } = await withhold(pieces.join(between), redactions, run);
        for (const value of values) for (const spell of spellings) expect(text).not.toContain(spell(value));
        expect(await withhold(text, redactions, run)).toEqual({ text, placeholders: [] });
      }),
      { numRuns: scale(100) },
    );
  },
);

test(
  verifies('inference.redact', 'a long text is looked through in whole lines, and a line that is too long goes'),
  async () => {
    const line = `nothing to see ${'.'.repeat(100)}`;
    const lines = Array.from({ length: 2_000 }, () => line);
    const [clean, long] = [lines.join('\n'), 'x'.repeat(70_000)];
    expect(await withhold(clean, redactions, run)).toEqual({ text: clean, placeholders: [] });
    const [value = ''] = values;
    const { text, placeholders } = await withhold(`${clean}\n${value}\n${long}\n${clean}`, redactions, run);
    expect(text.split('\n').filter((one) => one !== line)).toEqual(placeholders);
    expect(placeholders.map((one) => one.split(' ').slice(1, -1).join(' '))).toEqual(['e-mail address', 'line']);
  },
);

test('only what is named is taken out', async () => {
  const both = values.join('\n');
  expect((await withhold(both, ['pii'], run)).text.split('\n').slice(3)).toEqual(values.slice(3));
  expect((await withhold(both, ['secrets'], run)).text.split('\n').slice(0, 3)).toEqual(values.slice(0, 3));
});
