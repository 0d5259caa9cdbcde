/** A run of leaves, by index from zero, the end not included. */
export interface LeafRange {
  readonly start: number;
  readonly end: number;
}

/** The largest power of two smaller than `size`: where RFC 9162 splits a tree (section 2.1.1). */
function splitPoint(size: number): number {
  let split = 1;
  while (split * 2 < size) split *= 2;
  return split;
}

/**
 * Which subtrees an inclusion proof is made of: the hash of each range, in this order, is PATH(index, D[size]) of
 * RFC 9162, section 2.1.3.1.
 *
 * @throws RangeError when there is no such leaf.
 */
export function inclusionRanges(index: number, size: number): readonly LeafRange[] {
  if (!(index >= 0 && index < size)) throw new RangeError(`a tree of ${size} leaves has no leaf ${index}`);
  const siblings: LeafRange[] = [];
  let tree: LeafRange = { start: 0, end: size };
  while (tree.end - tree.start > 1) {
    const middle = tree.start + splitPoint(tree.end - tree.start);
    const left = { start: tree.start, end: middle };
    const right = { start: middle, end: tree.end };
    siblings.push(index < middle ? right : left);
    tree = index < middle ? left : right;
  }
  return siblings.toReversed();
}

/**
 * Which subtrees a consistency proof between two sizes of one tree is made of: PROOF(first, D[second]) of RFC 9162,
 * section 2.1.4.1.
 *
 * @throws RangeError unless `0 < first <= second`: an empty tree is consistent with all and proves nothing.
 */
export function consistencyRanges(first: number, second: number): readonly LeafRange[] {
  if (!(first > 0 && first <= second)) throw new RangeError(`${first} is no earlier size of a tree of ${second}`);
  const siblings: LeafRange[] = [];
  let tree: LeafRange = { start: 0, end: second };
  // The verifier knows the root of the first tree, so it is left out while it is a subtree of the second.
  let firstRootIsKnown = true;
  while (tree.end !== first) {
    const middle = tree.start + splitPoint(tree.end - tree.start);
    if (first <= middle) {
      siblings.push({ start: middle, end: tree.end });
      tree = { start: tree.start, end: middle };
    } else {
      siblings.push({ start: tree.start, end: middle });
      tree = { start: middle, end: tree.end };
      firstRootIsKnown = false;
    }
  }
  if (!firstRootIsKnown) siblings.push(tree);
  return siblings.toReversed();
}
