import { Buffer } from 'node:buffer';
import { scale, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ibanLength, isCardNumber } from './check-digits.ts';
import { findPersonal } from './find-personal.ts';
import { findShapes } from './find-shapes.ts';
import { findTokens } from './find-tokens.ts';
import { tokenFormats } from './token-formats.ts';

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

/** ISO 13616-1 as it is written: letters are numbers from 10 on, and 97 divides all of it with a rest of 1. */
function isIban(text: string): boolean {
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]+$/.test(text) || ibanLength(text.slice(0, 2)) !== text.length) return false;
  const turned = text.slice(4) + text.slice(0, 4);
  return BigInt(turned.replaceAll(/[A-Z]/g, (letter) => `${Number.parseInt(letter, 36)}`)) % 97n === 1n;
}

/** The same from every place of the text, one after the other. */
function findNaively(text: string): readonly string[] {
  const found: string[] = [];
  const isWord = (letter: string) => /[A-Za-z0-9]/.test(letter);
  for (let from = 0; from < text.length; from++) {
    const before = text.charAt(from - 1);
    for (const { kind, prefix, letters: allowed, length, isReal } of tokenFormats) {
      const body = text.slice(from + prefix.length, from + prefix.length + length);
      const isWhole = body.length === length && [...body].every((letter) => allowed.includes(letter));
      if (text.startsWith(prefix, from) && !isWord(before) && isWhole && isReal(body))
        found.push(`${kind} ${prefix}${body}`);
    }
    for (let to = from + 1; to <= Math.min(text.length, from + 45); to++) {
      if (isWord(before) || isWord(text.charAt(to))) continue;
      const groups = text.slice(from, to).split(/[ -]/);
      const sizes = groups.map(({ length }) => length).join('-');
      const number = groups.join('');
      const isCard = /^(?:4-4-4-4|4-4-4-4-3|4-6-5|4-6-4|13|14|15|16|19)$/.test(sizes);
      if (isCard && isCardNumber(number)) found.push(`payment card ${number}`);
      if ((groups.length === 1 || /^(?:4-)+[1-4]$/.test(sizes)) && isIban(number)) found.push(`bank account ${number}`);
    }
  }
  for (const word of text.split(/[^A-Za-z0-9._%+@-]/)) {
    const [, user, host = ''] = /^([^@]{1,64})@([^@]*)$/.exec(word) ?? [];
    const labels = host.replace(/\.$/, '').split('.');
    const isHost = labels.length > 1 && labels.every((label) => /^(?!-)[A-Za-z0-9-]{1,63}(?<!-)$/.test(label));
    const isAddress = isHost && /^[A-Za-z]{2,24}$/.test(labels.at(-1) ?? '') && word.length <= 254;
    if (user !== undefined && user !== 'git' && isAddress) found.push(`e-mail address ${word}`);
  }
  return found;
}

test(verifies('detect.shapes', 'what is found in a text is what a look at every place of it finds'), () => {
  const piece = fc.oneof(
    fc.constantFrom(...samples.map(([, text]) => text)),
    fc.constantFrom(...samples.map(([, text]) => text.slice(0, -1)), ...tokenFormats.map(({ prefix }) => prefix)),
    fc.constantFrom('SG.', 'eyJ.', 'xoxb-', 'LC55 '),
    fc.constantFrom(' ', '-', '.', '@', '4', 'x', '4111 ', '1111', 'DE89 3704 ', '0044 0532 0130 00', 'a.b@c.de', '  '),
    fc.string({ maxLength: 3 }),
  );
  const seen = new Set<string>();
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), fc.constantFrom('', ' ', ';'), (pieces, between) => {
      const text = Buffer.from(pieces.join(between)).toString('latin1');
      const found = [...findTokens(text), ...findPersonal(text)].map(({ kind, value }) => `${kind} ${value}`);
      for (const one of found) seen.add(one.split(' ')[0] ?? '');
      expect(found.toSorted()).toEqual(findNaively(text).toSorted());
    }),
    { numRuns: scale(1_000) },
  );
  expect([...seen].toSorted()).toEqual(['JSON', 'access', 'bank', 'e-mail', 'payment', 'private']);
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

test(verifies('detect.shapes', 'a key is found whatever was looked at before it'), () => {
  const faint = 'abcdefghiabcdefghiab'; // with a little more than three bits in a letter
  expect(findTokens(`glpat-${'a'.repeat(20)} glpat-${faint}`)).toEqual([
    { kind: 'access key', value: `glpat-${faint}` },
  ]);
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
