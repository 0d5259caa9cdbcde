import { verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openEnvelope, sealEnvelope } from './envelope.ts';
import { newDataKey, seal, unseal } from './sealed.ts';

test.each([
  [verifies('gateway.sealed-content', 'what is sealed'), { seal, unseal }],
  [verifies('credentials.store', 'an envelope'), { seal: sealEnvelope, unseal: openEnvelope }],
])('%s opens with its own key and name only, and not when a byte changed', (_what, ways) => {
  const key = newDataKey();
  fc.assert(
    fc.property(fc.uint8Array(), fc.string(), fc.nat(), fc.integer({ min: 1, max: 255 }), (plain, name, at, mask) => {
      const sealed = ways.seal(key, name, plain);
      expect(new Uint8Array(ways.unseal(key, name, sealed))).toEqual(plain);
      expect(() => ways.unseal(key, `${name}x`, sealed)).toThrow();
      expect(() => ways.unseal(newDataKey(), name, sealed)).toThrow();
      expect(() => ways.unseal(key, name, sealed.subarray(0, at % sealed.length))).toThrow();
      const changed = Buffer.from(sealed);
      changed[at % changed.length] = (changed[at % changed.length] ?? 0) ^ mask;
      expect(() => ways.unseal(key, name, changed)).toThrow();
    }),
  );
});

test('what earlier versions wrote still opens', () => {
  const key = Buffer.alloc(32, 7);
  // Written by the code of 2026-11-22 before both lived here.
  const content = 'AbsH7tCl8B0az7PMMdxggJUPMrFoip+2kzrliDTaw3ebiXXj2P8=';
  const envelope =
    'AVo4LDAhjPLSWLSTgzSZfZ5MkXNPjHTqTqkIhPQkEl7vE8L7GJYYIBxdUpnuxUyZZ43J0QYwYdxZXUWm/MJU+o9RZKnPXkfA0ejtY+eWmQLWHmqkuSSwupfWtXeVGW+xczU=';
  expect(unseal(key, 'blob/1', Buffer.from(content, 'base64')).toString()).toBe('as it was');
  expect(openEnvelope(key, 'code', Buffer.from(envelope, 'base64')).toString()).toBe('as it was');
});
