import { createHash } from 'node:crypto';
import { scale, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Frontier } from './frontier.ts';
import { hashLeaf } from './hash.ts';
import { verifyConsistency, verifyInclusion } from './proof.ts';
import { hashRanges } from './proof-path.ts';
import { consistencyRanges, inclusionRanges } from './range.ts';

/*
 * The definitions of RFC 9162, section 2.1, word for word and as slow as they are: what everything fast is held against.
 */

function sha256(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

function largestPowerBelow(n: number): number {
  return 2 ** Math.ceil(Math.log2(n) - 1);
}

function merkleTreeHash(entries: readonly Uint8Array[]): Buffer {
  const [only] = entries;
  if (only === undefined) return sha256();
  if (entries.length === 1) return sha256(Buffer.of(0), only);
  const k = largestPowerBelow(entries.length);
  return sha256(Buffer.of(1), merkleTreeHash(entries.slice(0, k)), merkleTreeHash(entries.slice(k)));
}

function path(m: number, entries: readonly Uint8Array[]): readonly Buffer[] {
  if (entries.length === 1) return [];
  const k = largestPowerBelow(entries.length);
  return m < k
    ? [...path(m, entries.slice(0, k)), merkleTreeHash(entries.slice(k))]
    : [...path(m - k, entries.slice(k)), merkleTreeHash(entries.slice(0, k))];
}

function subProof(m: number, entries: readonly Uint8Array[], isWhole: boolean): readonly Buffer[] {
  if (m === entries.length) return isWhole ? [] : [merkleTreeHash(entries)];
  const k = largestPowerBelow(entries.length);
  return m <= k
    ? [...subProof(m, entries.slice(0, k), isWhole), merkleTreeHash(entries.slice(k))]
    : [...subProof(m - k, entries.slice(k), false), merkleTreeHash(entries.slice(0, k))];
}

const entriesOf = (size: number): readonly Buffer[] =>
  Array.from({ length: size }, (_, index) => Buffer.from(`${index}`));
const leavesOf = (size: number): readonly Uint8Array[] => entriesOf(size).map((entry) => hashLeaf(entry));

function frontierOf(size: number): Frontier {
  const frontier = Frontier.empty();
  for (const leaf of leavesOf(size)) frontier.append(leaf);
  return frontier;
}

/** A proof about a tree of which only the leaves from `known` on are at hand. */
function proof(ranges: Parameters<typeof hashRanges>[0], known: number, size: number): readonly Uint8Array[] {
  return hashRanges(ranges, { before: frontierOf(known), leaves: leavesOf(size).slice(known) });
}

const size = fc.integer({ min: 1, max: 70 });
const hex = (hashes: readonly Uint8Array[]): readonly string[] =>
  hashes.map((hash) => Buffer.from(hash).toString('hex'));
const runs = { numRuns: scale(150) };

describe('the tree', () => {
  test(verifies('ledger.tree-is-rfc-9162', 'has the roots of the test vectors of Certificate Transparency'), () => {
    const vectors: readonly (readonly [string, string])[] = [
      ['', '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'],
      ['00', 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125'],
      ['10', 'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77'],
      ['2021', 'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7'],
      ['3031', '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4'],
      ['40414243', '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef'],
      ['5051525354555657', 'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c'],
      ['606162636465666768696a6b6c6d6e6f', '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328'],
    ];
    const frontier = Frontier.empty();
    for (const [leaf, root] of vectors) {
      frontier.append(hashLeaf(Buffer.from(leaf, 'hex')));
      expect(Buffer.from(frontier.root()).toString('hex')).toBe(root);
    }
  });

  test(verifies('ledger.tree-is-rfc-9162', 'grown leaf by leaf has the roots of the recursive definition'), () => {
    const frontier = Frontier.empty();
    expect(Buffer.from(frontier.root())).toEqual(merkleTreeHash([]));
    for (const [index, leaf] of leavesOf(scale(130)).entries()) {
      frontier.append(leaf);
      expect(Buffer.from(frontier.root())).toEqual(merkleTreeHash(entriesOf(index + 1)));
    }
  });

  test(verifies('ledger.tree-is-rfc-9162', 'goes on from a stored frontier as if it had never stopped'), () => {
    fc.assert(
      fc.property(size, size, (before, more) => {
        const resumed = Frontier.parse(before, frontierOf(before).bytes());
        for (const leaf of leavesOf(before + more).slice(before)) resumed?.append(leaf);
        expect(resumed?.root()).toEqual(frontierOf(before + more).root());
      }),
      runs,
    );
  });

  test('refuses a frontier of another size', () => {
    expect(Frontier.parse(3, frontierOf(4).bytes())).toBeUndefined();
    expect(Frontier.parse(4, frontierOf(4).bytes().subarray(1))).toBeUndefined();
  });
});

describe('an inclusion proof', () => {
  const place = size.chain((total) =>
    fc.record({ total: fc.constant(total), index: fc.nat(total - 1), known: fc.nat(total - 1) }),
  );

  test(
    verifies('ledger.tree-is-rfc-9162', 'is that of RFC 9162 whatever part of the tree is at hand, and verifies'),
    () => {
      fc.assert(
        fc.property(place, ({ total, index, known }) => {
          const found = proof(inclusionRanges(index, total), Math.min(known, index), total);
          expect(hex(found)).toEqual(hex(path(index, entriesOf(total))));
          const leaf = hashLeaf(`${index}`);
          expect(verifyInclusion({ leaf, index, size: total, root: frontierOf(total).root(), path: found })).toBe(true);
        }),
        runs,
      );
    },
  );

  test(verifies('ledger.tree-is-rfc-9162', 'fails for another leaf, place, size, root or path'), () => {
    fc.assert(
      fc.property(place, fc.nat(), ({ total, index }, seed) => {
        const good = {
          leaf: hashLeaf(`${index}`),
          index,
          size: total,
          root: frontierOf(total).root(),
          path: path(index, entriesOf(total)),
        };
        const other = hashLeaf('other');
        const position = seed % Math.max(good.path.length, 1);
        expect(verifyInclusion({ ...good, leaf: other })).toBe(false);
        expect(verifyInclusion({ ...good, root: other })).toBe(false);
        expect(verifyInclusion({ ...good, index: (index + 1 + (seed % total)) % (total + 1) })).toBe(
          (index + 1 + (seed % total)) % (total + 1) === index,
        );
        expect(verifyInclusion({ ...good, path: [...good.path, other] })).toBe(false);
        if (good.path.length > 0) {
          expect(verifyInclusion({ ...good, path: good.path.toSpliced(position, 1) })).toBe(false);
          expect(verifyInclusion({ ...good, path: good.path.with(position, Buffer.from(other)) })).toBe(false);
        }
      }),
      runs,
    );
  });
});

describe('a consistency proof', () => {
  const pair = size.chain((second) =>
    fc.record({ second: fc.constant(second), first: fc.integer({ min: 1, max: second }) }),
  );

  test(
    verifies('ledger.tree-is-rfc-9162', 'is that of RFC 9162 from the frontier of the first tree alone, and verifies'),
    () => {
      fc.assert(
        fc.property(pair, ({ first, second }) => {
          const found = proof(consistencyRanges(first, second), first, second);
          expect(hex(found)).toEqual(hex(subProof(first, entriesOf(second), true)));
          const trees = {
            first: { size: first, root: frontierOf(first).root() },
            second: { size: second, root: frontierOf(second).root() },
          };
          expect(verifyConsistency({ ...trees, path: found })).toBe(true);
        }),
        runs,
      );
    },
  );

  test(verifies('ledger.tree-is-rfc-9162', 'fails for a tree that did not only append'), () => {
    fc.assert(
      fc.property(pair, ({ first, second }) => {
        const found = proof(consistencyRanges(first, second), first, second);
        const root = hashLeaf('another history');
        const one = { size: first, root: frontierOf(first).root() };
        const two = { size: second, root: frontierOf(second).root() };
        expect(verifyConsistency({ first: { ...one, root }, second: two, path: found })).toBe(false);
        expect(verifyConsistency({ first: one, second: { ...two, root }, path: found })).toBe(false);
        expect(verifyConsistency({ first: one, second: two, path: [...found, root] })).toBe(false);
        if (found.length > 0) expect(verifyConsistency({ first: one, second: two, path: found.slice(1) })).toBe(false);
      }),
      runs,
    );
  });

  test('is refused where there is nothing to prove', () => {
    expect(() => consistencyRanges(0, 5)).toThrow(RangeError);
    expect(() => consistencyRanges(6, 5)).toThrow(RangeError);
    expect(() => inclusionRanges(5, 5)).toThrow(RangeError);
  });
});
