import fc from 'fast-check';
import { expect, test } from 'vitest';
import { normaliseHost } from './host.ts';
import { hostHash, isPlainName, tailHash } from './host-reading.ts';

const written = /^(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;

const label = fc.string({
  unit: fc.constantFrom('a', 'z', '0', '9', '-', '_', 'x', 'n', 'A', '%', 'é'),
  maxLength: 66,
});
const host = fc.array(label, { maxLength: 5 }).map((labels) => labels.join('.'));

test('a plain name is what the expression for it says, character by character', () => {
  fc.assert(
    fc.property(host, (name) => {
      expect(isPlainName(name)).toBe(written.test(name) && !name.includes('--'));
    }),
    { numRuns: 5_000 },
  );
});

test('a plain name is its own normal form and no address', () => {
  fc.assert(
    fc.property(host.filter(isPlainName), (name) => {
      expect(normaliseHost(name)).toEqual({ kind: 'ok', host: name, address: null });
    }),
  );
});

test.each([
  '',
  '.',
  'a.',
  '.a',
  'a..b',
  '-a.b',
  'a-.b',
  'a.1',
  '127.0.0.1',
  'a.0x7f',
  `${'a'.repeat(64)}.b`,
  'xn--a.b',
])('%j is not plain', (name) => expect(isPlainName(name)).toBe(false));

test('the hash of a tail is that of a host that is no more than it', () => {
  fc.assert(
    fc.property(host, fc.integer({ min: 1, max: 6 }), (name, labels) => {
      const all = name.split('.');
      const expected = labels < all.length ? hostHash(all.slice(-labels).join('.')) : undefined;
      expect(tailHash(name, labels)).toBe(expected);
    }),
  );
});
