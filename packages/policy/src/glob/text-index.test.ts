import { verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { globMatches } from '../testing/glob-naively.ts';
import { compiledGlobs } from './glob.ts';
import { compiledEntries } from './pattern-sets.ts';
import { TextIndex } from './text-index.ts';
import { prefixHash } from './text-reading.ts';

const word = fc.string({ unit: fc.constantFrom('a', 'b', '/', '*', '?'), minLength: 1, maxLength: 8 });
const patterns = fc.array(
  word.filter((pattern) => compiledGlobs(pattern, '/').length > 0),
  { maxLength: 40 },
);

function indexOf(sources: readonly string[]): TextIndex<string> {
  return new TextIndex(sources.flatMap((source) => compiledEntries(source, '/', source)));
}

test(verifies('policy.index-agrees', 'an index of few or many patterns finds those that match, and no other'), () => {
  fc.assert(
    fc.property(patterns, fc.array(word, { maxLength: 10 }), (sources, texts) => {
      const index = indexOf(sources);
      for (const text of [...texts, ...sources]) {
        const found: string[] = [];
        index.find(text, found);
        expect(found.toSorted()).toEqual(sources.filter((source) => globMatches(source, text, '/')).toSorted());
      }
    }),
    { numRuns: 500 },
  );
});

test(verifies('policy.index-agrees', 'two texts with the same hash are still two texts'), () => {
  const [one, other] = colliding();
  for (const others of [0, 40]) {
    const index = indexOf([one, `${one}*`, ...Array.from({ length: others }, (_, at) => `/other/${at}`)]);
    const found: string[] = [];
    index.find(other, found);
    expect(found).toEqual([]);
    index.find(one, found);
    expect(found.toSorted()).toEqual([one, `${one}*`]);
  }
});

/** By the birthday paradox a few thousand tries are enough for 21 bits. */
function colliding(): readonly [string, string] {
  const seen = new Map<number, string>();
  for (let count = 100_000; count < 200_000; count++) {
    const text = `/${count}`;
    const hash = prefixHash(text, text.length);
    const before = seen.get(hash);
    if (before !== undefined) return [before, text];
    seen.set(hash, text);
  }
  throw new Error('no two of 100,000 texts have the same hash');
}
