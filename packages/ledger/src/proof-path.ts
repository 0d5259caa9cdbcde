import type { Frontier } from './frontier.ts';
import type { LeafRange } from './range.ts';

/** Where the leaves of a proof come from: a proved tree, and the leaves that follow it. */
export interface ProofSource {
  readonly before: Frontier;
  readonly leaves: readonly Uint8Array[];
}

/**
 * Hashes the subtrees of a proof. Subtrees to the left of the given leaves are read off the frontier, so a proof about a
 * recent record does not need the whole ledger.
 *
 * @throws RangeError when a range cuts through a complete subtree of `before`: no proof about the leaves does.
 */
export function hashRanges(ranges: readonly LeafRange[], { before, leaves }: ProofSource): readonly Uint8Array[] {
  return ranges.map((range) => {
    const subtree = before.within(range);
    const first = Math.max(range.start - before.size, 0);
    for (const leaf of leaves.slice(first, Math.max(range.end - before.size, 0))) subtree.append(leaf);
    return subtree.root();
  });
}
