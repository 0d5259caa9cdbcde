import { Buffer } from 'node:buffer';
import { scale, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { detectorOf, findShapes } from './find-shapes.ts';

// Made here, for nobody; in pieces, so that no scanner of repositories takes them for real ones.
const letters = 'Zk3Vq9Lw7Tx5Rb1Np8Hs6Gd4Fc2Jm0YaUeIoQiWtEyRuTzPlKjHgFdSaXcVbNmA9b8C7d6E5f4';
const samples: readonly (readonly [kind: string, text: string])[] = [
  ['access key', `glpat-${letters.slice(0, 20)}`],
  ['access key', `AKIA${'Q3ZT5YVW7XKM2NBR'}`],
  ['access key', `ghp_${'0123456789ABCDEFGHIJKLMNOPQRST'}${'4PMbyp'}`],
  ['access key', `sk-proj-${letters.slice(0, 60)}`],
  ['private key', '-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE'],
  ['private key', '-----BEGIN PRIVATE KEY-----\nMIIEvQ'],
  [
    'JSON web token',
    [{ alg: 'HS256', typ: 'JWT' }, { sub: '1234567890', name: 'Nobody' }, 'signature']
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.'),
  ],
  ['payment card', '4111 1111 1111 1111'],
  ['payment card', '5555-5555-5555-4444'],
  ['payment card', '378282246310005'],
  ['bank account', 'GB82 WEST 1234 5698 7654 32'],
  ['bank account', 'DE89370400440532013000'],
  ['e-mail address', 'jane.doe+tag@mail.example.com'],
];

const both = ['credentials', 'pii'] as const;

test.each(samples)(`${verifies('detect.shapes', 'is found')}: %s, %s`, (kind, text) => {
  expect(findShapes(Buffer.from(text), both)).toContainEqual({ kind, value: expect.any(String) });
  expect(findShapes(Buffer.from(`to (${text}), 12/28`), both)).toContainEqual({ kind, value: expect.any(String) });
  expect(findShapes(Buffer.from(JSON.stringify({ a: JSON.stringify({ text }) })), both)).toContainEqual({
    kind,
    value: expect.any(String),
  });
  const base64 = Buffer.from(`user:${text}\n`).toString('base64');
  expect(findShapes(Buffer.from(`Basic ${base64}`), both)).toContainEqual({ kind, value: expect.any(String) });
  expect(findShapes(Buffer.from(`q=${encodeURIComponent(base64)}`), both)).toContainEqual({
    kind,
    value: expect.any(String),
  });
});

test(verifies('detect.shapes', 'however a text is cut, the same is found'), () => {
  const pieces = fc.array(fc.oneof(fc.constantFrom(...samples.map(([, text]) => text)), fc.string()), { maxLength: 6 });
  fc.assert(
    fc.property(pieces, fc.array(fc.nat(), { maxLength: 8 }), fc.constantFrom(...both), (texts, cuts, shape) => {
      const bytes = Buffer.from(texts.join(' ; '));
      const whole = detectorOf(shape);
      const expected = [...whole.feed(bytes), ...whole.end()];
      const cut = detectorOf(shape);
      const found = [];
      let from = 0;
      for (const to of [...cuts.map((one) => one % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length]) {
        found.push(...cut.feed(bytes.subarray(from, to)));
        from = to;
      }
      expect([...found, ...cut.end()]).toEqual(expected);
    }),
    { numRuns: scale(200) },
  );
});

test.each([
  '4111 1111 1111 1112',
  '4111111111111111x',
  'x4111111111111111',
  'GB82 WEST 1234 5698 7654 33',
  'DE8937040044053201300',
  'git@github.com:a/b.git',
  'lodash@4.17.21',
  '@scope/name@1.2.3-beta',
  'a@localhost',
  `ghp_${'x'.repeat(36)}`,
  'ghp_0123456789ABCDEFGHIJKLMNOPQRST4PMbyq',
  `glpat-${'x'.repeat(20)}`,
  'AKIAIOSFODNN7',
  '-----BEGIN PUBLIC KEY-----',
  'eyJhbGciOiJIUzI1NiJ9',
  '1700000000000',
])(`${verifies('detect.shapes', 'what only looks like one is not found')}: %s`, (text) => {
  expect(findShapes(Buffer.from(text), both)).toEqual([]);
});

test(verifies('detect.shapes', 'ordinary text of machines holds next to none by chance'), () => {
  const word = fc.oneof(
    fc.uuid(),
    fc.base64String({ minLength: 20, maxLength: 200 }),
    fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 40, maxLength: 64 }),
    fc.nat().map(String),
    fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    fc.webPath(),
    fc.lorem({ maxCount: 5 }),
  );
  const texts = fc.sample(fc.array(word, { minLength: 50, maxLength: 50 }), { numRuns: scale(100), seed: 7 });
  const wrong = texts.filter((words) => findShapes(Buffer.from(words.join(' ')), both).length > 0);
  expect(wrong.length).toBeLessThanOrEqual(texts.length / 100);
});
