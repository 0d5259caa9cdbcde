import { scale, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalize, maximumDepth } from './canonical.ts';
import { prepareRecord, recordLine } from './record.ts';

const nested = (depth: number): unknown => Array.from({ length: depth }).reduce<unknown>((inner) => [inner], null);

describe('canonical JSON', () => {
  test(verifies('ledger.canonical-json', 'writes the example of RFC 8785, section 3.2.3'), () => {
    const value: unknown = JSON.parse(
      '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],' +
        String.raw`"string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}`,
    );
    expect(canonicalize(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
        String.raw`"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    );
  });

  test(verifies('ledger.canonical-json', 'sorts keys by UTF-16 units, as in RFC 8785, section 3.2.3'), () => {
    const value = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, ö: 7 };
    expect(Object.values(JSON.parse(canonicalize(value)))).toHaveLength(7);
    expect(canonicalize(value)).toBe('{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}');
  });

  test(verifies('ledger.canonical-json', 'gives equal values one text, and loses nothing'), () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5, stringUnit: 'binary' }), (value) => {
        const text = canonicalize(value);
        const read: unknown = JSON.parse(text);
        // -0 and 0 are one number to JSON.
        expect(read).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalize(read)).toBe(text);
        expect(text).not.toMatch(/[\r\n]/);
      }),
      { numRuns: scale(300) },
    );
  });

  test.each([
    ['a number that is not finite', Number.NaN],
    ['half a surrogate pair', 'x\ud800'],
    ['half a surrogate pair in a key', { '\udc00': 1 }],
    ['a bigint', 1n],
    ['a function', () => 1],
    ['nothing in a list', [undefined]],
    ['a hole in a list', Object.assign([], { length: 1 })],
    ['an instance of a class', new Date(0)],
    ['nesting without end', nested(maximumDepth + 1)],
  ])(verifies('ledger.canonical-json', 'refuses %s'), (_, value) => {
    expect(() => canonicalize(value)).toThrow(expect.objectContaining({ code: 'input_not_canonical' }));
  });

  test('takes what is just not too deep, and leaves out what is undefined', () => {
    expect(canonicalize(nested(maximumDepth))).toContain('null');
    expect(canonicalize({ b: undefined, a: 1 })).toBe('{"a":1}');
  });
});

describe('the line of a record', () => {
  const name = fc
    .string({ minLength: 1, maxLength: 20, unit: 'grapheme' })
    .filter((text) => text.isWellFormed() && !/\p{Cc}/u.test(text));

  test(verifies('ledger.canonical-json', 'is canonical JSON with every field'), () => {
    const record = fc.record({
      type: fc.constant('run.created'),
      actor: name,
      run: fc.option(name),
      session: fc.option(name),
      team: fc.option(name),
      body: fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })),
    });
    fc.assert(
      fc.property(record, fc.nat(), (event, sequence) => {
        const stored = { ...prepareRecord(event), sequence, time: '2026-01-02T03:04:05.678Z' };
        expect(recordLine(stored)).toBe(canonicalize({ ...event, sequence, time: stored.time }));
      }),
      { numRuns: scale(200) },
    );
  });

  test.each([
    ['an event that is no noun.verb', { type: 'Run Created' }],
    ['a line feed in a name', { actor: 'api\n{"actor":"person:boss"}' }],
    ['an escape sequence in a name', { actor: 'api\u001b[2J' }],
    ['an empty name', { actor: '' }],
    ['half a surrogate pair in a name', { run: '\ud800' }],
  ])('is refused for %s', (_, wrong) => {
    expect(() => prepareRecord({ type: 'run.created', actor: 'api', run: null, body: {}, ...wrong })).toThrow();
  });
});
