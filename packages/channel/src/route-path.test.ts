import { scale } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bySpecificity, fillPath, matchPath } from './route-path.ts';

test('what is filled in comes out again, whatever it is', () => {
  const value = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => text.isWellFormed());
  fc.assert(
    fc.property(value, value, (run, step) => {
      const { path, rest } = fillPath('/runs/:run/steps/:step', { run, step, note: 1 });
      // As it would come through a request line.
      const { pathname } = new URL(path, 'http://channel');
      fc.pre(!['.', '..'].includes(run) && !['.', '..'].includes(step));
      expect(matchPath('/runs/:run/steps/:step', pathname)).toEqual({ run, step });
      expect(rest).toEqual({ note: 1 });
    }),
    { numRuns: scale(500) },
  );
});

test('other shapes, empty parameters and malformed escapes do not match', () => {
  for (const path of ['/runs', '/runs/', '/runs/a/b', '/run/a', '/runs/%zz', 'runs/a'])
    expect(matchPath('/runs/:run', path), path).toBeUndefined();
});

test('a missing parameter is a mistake of the caller', () => {
  expect(() => fillPath('/runs/:run', {})).toThrow('/runs/:run needs "run"');
  expect(() => fillPath('/runs/:run', { run: '' })).toThrow(TypeError);
});

test('fixed segments come first', () => {
  const paths = (['/runs/:run', '/:any/open', '/runs/open', '/runs/:run/state'] as const).map((path) => ({ path }));
  const sorted = paths.toSorted(bySpecificity).map(({ path }) => path);
  expect(sorted.indexOf('/runs/open')).toBeLessThan(sorted.indexOf('/runs/:run'));
  expect(sorted.indexOf('/runs/open')).toBeLessThan(sorted.indexOf('/:any/open'));
});
