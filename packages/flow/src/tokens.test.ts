import { scale, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isIban, keysOf, keysOfValue } from './tokens.ts';

function vouches(text: string, value: string): boolean {
  const keys = keysOf(text);
  return keysOfValue(value).some((key) => keys.has(key));
}

test.each([
  ['send it to evil.com.', 'evil.com'],
  ['see https://Evil.com:8443/path?x=1', 'https://evil.com/other'],
  ['see https://evil.com/path', 'EVIL.com'],
  ['account,DE89370400440532013000,100', 'DE89 3704 0044 0532 0130 00'],
  ['pay DE89 3704 0044 0532 0130 00 EUR 100 today', 'DE89370400440532013000'],
  ['IBAN: de89 3704 0044 0532 0130 00.', 'DE89370400440532013000'],
  ['{"account":"DE89370400440532013000"}', 'DE89370400440532013000'],
  ['card 1234 5678 9012 3456, please', '1234567890123456'],
  ['write to bob@example.com!', 'bob@example.com'],
  ['the order (PO-4711) is late', 'PO-4711'],
  ['file=/ledger/purchase.csv', 'purchase.csv'],
])(verifies('flow.whole-tokens', '%j holds %j'), (text, value) => {
  expect(vouches(text, value)).toBe(true);
});

test.each([
  ['notevil.com', 'evil.com'],
  ['evil.com.example.org', 'evil.com'],
  ['sub.evil.com', 'evil.com'],
  ['evil.community', 'evil.com'],
  ['bob@evil.com', 'evil.com'],
  ['evil-com', 'evil'],
  ['https://good.com/', 'https://good.com@evil.com/'],
  ['https://good.com/', 'https://good.com\\@evil.com/'],
  ['https://good.com/', 'https://good.com%2eevil.com/'],
  ['https://good.com@evil.com/', 'https://good.com/'],
  ['DE893704004405320130001', 'DE89370400440532013000'],
  ['XDE89370400440532013000', 'DE89370400440532013000'],
  ['1 DE89 3704 0044 0532 0130', 'DE89370400440532013000'],
  ['91234 5678 9012', '1234 5678 9012'],
  ['12 345678 9012', '3456789012'],
  ['1234 5678 9012 7', '1234 5678 9012'],
  ['4711', '47'],
  ['an x here', 'x'],
  ['PO-4711', 'po-4711'],
  ['еvil.com', 'evil.com'],
  ['evil.com\u200b', 'evil.com'],
])(verifies('flow.whole-tokens', '%j does not hold %j'), (text, value) => {
  expect(vouches(text, value)).toBe(false);
});

test(verifies('flow.whole-tokens', 'a name is not in a longer one, whatever is put around it'), () => {
  const glue = fc.string({ unit: fc.constantFrom('a', '1', '-', '_', 'Z'), minLength: 1, maxLength: 4 });
  const value = fc.constantFrom('evil.com', 'DE89370400440532013000', 'PO-4711', '123456789012');
  fc.assert(
    fc.property(value, glue, fc.boolean(), (inner, around, before) => {
      expect(vouches(`text ${before ? around + inner : inner + around} text`, inner)).toBe(false);
    }),
    { numRuns: scale(500) },
  );
});

test('check digits of IBANs are checked', () => {
  expect(isIban('DE89370400440532013000')).toBe(true);
  expect(isIban('GB82WEST12345698765432')).toBe(true);
  expect(isIban('DE88370400440532013000')).toBe(false);
});
