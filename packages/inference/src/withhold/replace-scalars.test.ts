import { scale, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { replaceScalars } from './replace-scalars.ts';

test(
  verifies('inference.redact', 'every string and number of a request is looked at, keys too, and nothing else moves'),
  async () => {
    const text = '{ "a\\n" : [ -1.5e+3, "x\\u0040y", true ],\n "b":{"":4111111111111111} }';
    const looked: string[] = [];
    const same = await replaceScalars(text, async (value) => {
      looked.push(value);
      return value;
    });
    expect(same).toBe(text);
    expect(looked).toEqual(['a\n', '-1.5e+3', 'x@y', 'b', '', '4111111111111111']);
    const changed = await replaceScalars(text, async (value) =>
      value.startsWith('4111') || value === 'x@y' ? '"' : value,
    );
    expect(changed).toBe('{ "a\\n" : [ -1.5e+3, "\\"", true ],\n "b":{"":"\\""} }');
  },
);

test(
  verifies('inference.redact', 'whatever the JSON, what is changed is changed and the rest is the same'),
  async () => {
    const mark = async (value: string): Promise<string> => (value.includes('1') ? 'GONE' : value);
    const expected = (value: unknown): unknown => {
      if (typeof value === 'string' || typeof value === 'number') return `${value}`.includes('1') ? 'GONE' : value;
      if (Array.isArray(value)) return value.map(expected);
      return value;
    };
    const values = fc.array(
      fc.oneof(fc.string(), fc.integer(), fc.double({ noNaN: true }), fc.boolean(), fc.constant(null)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(values), fc.constantFrom(undefined, 1, '\t'), async (value, indent) => {
        const text = JSON.stringify(value, undefined, indent);
        expect(JSON.parse(await replaceScalars(text, mark))).toEqual(expected(JSON.parse(text)));
      }),
      { numRuns: scale(200) },
    );
  },
);
