import { scale } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EndingIndex } from './ending-index.ts';
import { executableFileKinds } from './executable-file-kinds.ts';

const endings = executableFileKinds.flatMap(({ names = '' }, owner) =>
  names.split(/\s+/).flatMap((glob) => (glob === '' ? [] : [{ glob: glob.toLowerCase(), owner }])),
);

/** One glob after the other. */
function firstNaively(place: string): number | undefined {
  return endings.find(({ glob }) => {
    const pattern = glob.replaceAll('.', '\\.').replaceAll('*', '[^/]*');
    return new RegExp(`/${pattern}$`).test(place);
  })?.owner;
}

test('an index of globs finds what trying one after the other finds', () => {
  const index = new EndingIndex(endings);
  const glob = fc.constantFrom(...endings.map((ending) => ending.glob));
  const filled = fc
    .tuple(glob, fc.constantFrom('', 'a', 'a.b', '.', '.sh', 'x/y'))
    .map(([one, text]) => one.replaceAll('*', text));
  const part = fc.oneof(filled, filled, fc.constantFrom('', 'a', '.', 'b.c', '\n', '*.sh'));
  const name = fc.array(part, { minLength: 1, maxLength: 2 }).map((parts) => parts.join(''));
  const place = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => `/${names.join('/')}`);
  fc.assert(
    fc.property(place, (path) => {
      expect(index.firstOwner(path)).toBe(firstNaively(path));
    }),
    { numRuns: scale(2_000) },
  );
});

test('an index without globs finds nothing', () => {
  expect(new EndingIndex([]).firstOwner('/Makefile')).toBeUndefined();
});
