import { verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { globMatches } from '../testing/glob-naively.ts';
import { textClasses } from './classes.ts';
import { normalPath } from './shape.ts';

const segment = fc.constantFrom('a', 'b', '*', 'a*', '?', '*b', '**', '{a,b}');
const pattern = fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => `/${segments.join('/')}`);
const path = fc
  .array(fc.constantFrom('a', 'b', 'ab', 'ba', 'x', 'aab'), { maxLength: 4 })
  .map((segments) => `/${segments.join('/')}`);

const matchedBy = (patterns: readonly string[], text: string): readonly number[] =>
  patterns.flatMap((one, at) => (globMatches(one, text, '/') ? [at] : []));

test(verifies('policy-tools.classes', 'every text belongs to a class, and every example to its own'), () => {
  fc.assert(
    fc.property(fc.array(pattern, { maxLength: 4 }), fc.array(path, { minLength: 20 }), (patterns, texts) => {
      const { classes, complete } = textClasses(patterns, '/', normalPath);
      expect(complete).toBe(true);
      for (const { example, patterns: matched } of classes)
        expect(matchedBy(patterns, example), example).toEqual(matched);
      const known = new Set(classes.map((found) => found.patterns.join(' ')));
      for (const text of texts) expect(known, text).toContain(matchedBy(patterns, text).join(' '));
    }),
    { numRuns: 60 },
  );
});

test(verifies('policy-tools.classes', 'examples are the shortest of their class'), () => {
  const { classes } = textClasses(['/a/**/b', '/a/*/b'], '/', normalPath);
  expect(classes.map(({ example, patterns }) => [patterns, example.length])).toEqual([
    [[], 1],
    [[0], '/a/b'.length],
    [[0, 1], '/a/x/b'.length],
  ]);
});
