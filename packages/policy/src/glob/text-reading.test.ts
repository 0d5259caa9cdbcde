import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hashedLength, isPlainPath, longestPrefix, prefixHash } from './text-reading.ts';

const written = /^(?:\/[\w~!$&'()*+,=:@-][\w.~!$&'()*+,=:@-]*)*\/?$/;
const text = fc.string({ unit: fc.constantFrom('/', '.', 'a', 'Z', '0', '~', '@', '%', ';', ' ', 'é', '😀') });

test('a plain path is what the expression for it says, whatever was asked about before', () => {
  fc.assert(
    fc.property(text, text, (path, before) => {
      prefixHash(before, 0);
      for (const each of [path, `/${path}`]) expect(isPlainPath(each)).toBe(each.startsWith('/') && written.test(each));
    }),
    { numRuns: 5_000 },
  );
});

test('the hash of a beginning is that of a text that ends there, up to the longest', () => {
  fc.assert(
    fc.property(text, text, (start, rest) => {
      const hash = prefixHash(start, start.length);
      expect(prefixHash(start + rest, start.length)).toBe(hash);
      expect(hashedLength(hash)).toBe(start.length);
    }),
  );
  const long = '/a'.repeat(longestPrefix);
  expect(prefixHash(long, longestPrefix)).toBe(prefixHash(long.slice(0, longestPrefix), longestPrefix));
  expect(isPlainPath(long)).toBe(true);
});
