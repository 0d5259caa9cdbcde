import { scale, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { globMatches } from '../testing/glob-naively.ts';
import { compileGlob, type Delimiter } from './glob.ts';

function matches(pattern: string, text: string, delimiter: Delimiter): boolean {
  const compiled = compileGlob(pattern, delimiter);
  if (compiled.kind === 'refused') throw new Error(compiled.reason);
  return compiled.glob.matches(text);
}

test.each<[string, Delimiter, readonly string[], readonly string[]]>([
  ['/repos/*/issues', '/', ['/repos/a/issues', '/repos//issues'], ['/repos/a/b/issues', '/repos/issues']],
  ['/repos/**', '/', ['/repos/', '/repos/a', '/repos/a/b'], ['/repos', '/reposx']],
  ['/a?c', '/', ['/abc'], ['/a/c', '/ac', '/abbc']],
  ['/{a,b}/x', '/', ['/a/x', '/b/x'], ['/c/x', '/{a,b}/x']],
  ['*.example.com', '.', ['a.example.com'], ['a.b.example.com', 'example.com']],
  ['**.example.com', '.', ['a.example.com', 'a.b.example.com'], ['example.com', 'aexample.com']],
  ['delete*', null, ['delete', 'delete.repo', 'delete/x.y'], ['undelete']],
  ['**/b', '/', ['a/b', '/b', 'a/c/b'], ['b', 'a/bb']],
])(verifies('policy.one-glob', '%s with delimiter %s'), (pattern, delimiter, yes, no) => {
  for (const text of yes) expect(matches(pattern, text, delimiter), text).toBe(true);
  for (const text of no) expect(matches(pattern, text, delimiter), text).toBe(false);
});

test(verifies('policy.one-glob', 'the engine agrees with a naive one that goes back and tries again'), () => {
  const piece = fc.constantFrom('a', 'b', '/', '.', '*', '**', '?', '{a,b}', '{a*,/b}', 'ab');
  const pattern = fc
    .array(piece, { minLength: 1, maxLength: 8 })
    .map((pieces) => pieces.join(''))
    // Six pairs of alternatives are 64 patterns, as many as the engine takes.
    .filter((source) => source.split('{').length <= 7);
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '/', '.'), maxLength: 10 });
  let matched = 0;
  fc.assert(
    fc.property(pattern, text, fc.constantFrom<Delimiter>('/', '.', null), (source, subject, delimiter) => {
      const result = matches(source, subject, delimiter);
      if (result) matched++;
      expect(result).toBe(globMatches(source, subject, delimiter));
    }),
    { numRuns: scale(20_000) },
  );
  expect(matched).toBeGreaterThan(1_000);
});

test(verifies('policy.one-glob', 'patterns of more than 31 tokens match as well'), () => {
  const text = fc.string({ unit: fc.constantFrom('a', '/'), minLength: 40, maxLength: 90 });
  fc.assert(
    fc.property(text, fc.nat(80), fc.nat(80), (subject, first, second) => {
      const pattern = `*${subject.slice(first, first + 40)}**${subject.slice(second)}`;
      const expected = globMatches(pattern, subject, '/');
      expect(matches(pattern, subject, '/')).toBe(expected);
    }),
    { numRuns: scale(2_000) },
  );
  expect(matches(`*${'ab'.repeat(40)}`, 'ab'.repeat(41), '/')).toBe(true);
});

test(verifies('policy.one-glob', 'a pattern made to explode does not'), () => {
  // A backtracking matcher needs more steps for this than there are atoms; this one needs the product of the lengths.
  const pattern = `${'*a'.repeat(30)}b`;
  expect(matches(pattern, 'a'.repeat(20_000), '/')).toBe(false);
  expect(matches(`${'**/'.repeat(60)}x`, '/'.repeat(5_000), '/')).toBe(false);
});

test.each(['', '[a]', 'a\\b', '{a', 'a}', '{a,{b,c}}', '{a,b}'.repeat(7), 'a'.repeat(2_000)])(
  verifies('policy.one-glob', 'the pattern %j is refused'),
  (pattern) => {
    expect(compileGlob(pattern, '/').kind).toBe('refused');
  },
);
