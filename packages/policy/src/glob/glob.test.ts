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
  ['**/b', '/', ['b', 'a/b', '/b', 'a/c/b'], ['a/bb', 'bb']],
  ['/a/**/b', '/', ['/a/b', '/a/x/b', '/a/x/y/b', '/a//b'], ['/a/xb', '/ab', '/a/b/', '/x/b']],
  ['/a/**/*.c', '/', ['/a/x.c', '/a/b/x.c', '/a/.c'], ['/a/x.d', '/x.c']],
  ['/**/a/**/b', '/', ['/a/b', '/x/a/b', '/a/x/b', '/x/a/y/b'], ['/b', '/ab', '/a']],
  ['/**', '/', ['/', '/a', '/a/b'], ['a']],
  ['a.**.c.d', '.', ['a.b.c.d', 'a.b.b.c.d'], ['a.c.d']],
])(verifies('policy.one-glob', '%s with delimiter %s'), (pattern, delimiter, yes, no) => {
  for (const text of yes) expect(matches(pattern, text, delimiter), text).toBe(true);
  for (const text of no) expect(matches(pattern, text, delimiter), text).toBe(false);
});

test(verifies('policy.one-glob', 'the engine agrees with a naive one that goes back and tries again'), () => {
  const piece = fc.constantFrom('a', 'b', '/', '.', '*', '/**/', '/**', '**', '**.', '?', '{a,b}', '{a*,/b}', 'ab');
  const pattern = fc
    .array(piece, { minLength: 1, maxLength: 8 })
    .map((pieces) => pieces.join('').replaceAll('//', '/'))
    // Six pairs of alternatives are 64 patterns, as many as the engine takes.
    .filter((source) => source.split('{').length <= 7);
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '/', '.'), maxLength: 10 });
  const counts = { matched: 0, differed: 0, refused: 0 };
  fc.assert(
    fc.property(pattern, text, fc.constantFrom<Delimiter>('/', '.', null), (source, subject, delimiter) => {
      const compiled = compileGlob(source, delimiter);
      const naive = naively(source, subject, delimiter);
      counts[naive === undefined ? 'refused' : naive ? 'matched' : 'differed']++;
      expect(compiled.kind === 'refused' ? undefined : compiled.glob.matches(subject)).toBe(naive);
    }),
    { numRuns: scale(20_000) },
  );
  for (const count of Object.values(counts)) expect(count).toBeGreaterThan(300);
}, 120_000);

function naively(pattern: string, text: string, delimiter: Delimiter): boolean | undefined {
  try {
    return globMatches(pattern, text, delimiter);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

test(verifies('policy.one-glob', 'patterns of more than 31 tokens match as well'), () => {
  const text = fc.string({ unit: fc.constantFrom('a', '/'), minLength: 40, maxLength: 90 });
  fc.assert(
    fc.property(text, fc.nat(80), fc.nat(80), (subject, first, second) => {
      const pattern = `*${subject.slice(first, first + 40)}/**/${subject.slice(second)}`.replaceAll(/\/+/g, '/');
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

test.each(['/v**', '/**x/', '/a/***', '/v{1,**}', 'a**b'])(
  verifies('policy.one-glob', 'the pattern %s is refused, with a sentence: ** is a segment of its own'),
  (pattern) => {
    const compiled = compileGlob(pattern, '/');
    expect(compiled).toMatchObject({ kind: 'refused', reason: expect.stringContaining('segment of its own') });
  },
);

test.each(['', '[a]', 'a\\b', '{a', 'a}', '{a,{b,c}}', '{a,b}'.repeat(7), 'a'.repeat(2_000)])(
  verifies('policy.one-glob', 'the pattern %j is refused'),
  (pattern) => {
    expect(compileGlob(pattern, '/').kind).toBe('refused');
  },
);
