import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findAmbiguity, parseStrictJson } from './strict-json.ts';

test('keys are ambiguous exactly when a slow reading says so', () => {
  // Few letters, so that keys often differ by case or form only.
  const key = fc.string({ unit: fc.constantFrom('a', 'A', 's', 'ſ', '"', '\\', '{', ':'), maxLength: 2 });
  const document = fc.letrec((tie) => ({
    node: fc.oneof({ depthSize: 'small' }, key, fc.integer(), fc.array(tie('node')), fc.dictionary(key, tie('node'))),
  })).node;
  fc.assert(
    fc.property(document, fc.boolean(), (value, indented) => {
      const text = JSON.stringify(value, null, indented ? 1 : 0);
      expect(findAmbiguity(text) !== undefined).toBe(slowlyAmbiguous(value));
    }),
  );
});

test('a document is read as deep as 64 and no deeper', () => {
  const nested = (depth: number) => Buffer.from('['.repeat(depth) + ']'.repeat(depth));
  expect(parseStrictJson(nested(64)).kind).toBe('ok');
  expect(parseStrictJson(nested(65)).kind).toBe('refused');
  expect(parseStrictJson(nested(1_000_000)).kind).toBe('refused');
});

function slowlyAmbiguous(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const keys = Array.isArray(value) ? [] : Object.keys(value).map((key) => key.normalize('NFKC').toLowerCase());
  return new Set(keys).size < keys.length || Object.values(value).some(slowlyAmbiguous);
}
