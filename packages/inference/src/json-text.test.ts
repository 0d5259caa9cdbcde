import { scale, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readJson, withValue } from './json-text.ts';

test(
  verifies(
    'inference.unknown-parts-refused',
    'a key that is given twice has two readings, at any depth and in any spelling',
  ),
  () => {
    for (const text of [
      '{"tools":[],"tools":[{"type":"web_search"}]}',
      '{"a":[{"b":1,"b":2}]}',
      '{"tools":1,"tool\\u0073":2}',
      '{"a":{"x":"}"},"a":1}',
    ])
      expect(readJson(text).kind).toBe('unreadable');
    expect(readJson('{"a":{"b":1},"b":"a","c":["b","b"]}').kind).toBe('json');
  },
);

test('endless nesting is refused', () => {
  expect(readJson(`${'['.repeat(100_000)}${']'.repeat(100_000)}`).kind).toBe('unreadable');
});

test('every JSON document without repeated keys is read as JSON.parse reads it', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const read = readJson(text);
      expect(read).toMatchObject({ kind: 'json', value: JSON.parse(text) });
    }),
    { numRuns: scale(500) },
  );
});

test(
  verifies('inference.wire-faithful', 'changing one outermost key leaves every other byte of a request alone'),
  () => {
    const value = fc.jsonValue({ maxDepth: 3 });
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), value),
        fc.string().filter((key) => key !== '__proto__'),
        value,
        fc.constantFrom(undefined, 2, '\t'),
        (document, key, changed, indent) => {
          const text = JSON.stringify(document, undefined, indent);
          const json = readJson(text);
          if (json.kind !== 'json') throw new Error('not read');
          const result = withValue(text, json, key, changed);
          expect(JSON.parse(result)).toEqual({ ...JSON.parse(text), [key]: JSON.parse(JSON.stringify(changed)) });
          const span = json.spans.get(key);
          if (span !== undefined) {
            expect(result.startsWith(text.slice(0, span.start))).toBe(true);
            expect(result.endsWith(text.slice(span.end))).toBe(true);
          }
        },
      ),
      { numRuns: scale(500) },
    );
  },
);
