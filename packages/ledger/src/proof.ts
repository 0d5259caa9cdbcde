import { hashNode, sameBytes } from './hash.ts';

export interface InclusionClaim {
  readonly leaf: Uint8Array;
  /** Counted from zero. */
  readonly index: number;
  readonly size: number;
  readonly root: Uint8Array;
  readonly path: readonly Uint8Array[];
}

/** Whether the path proves that the leaf stands at its index in the tree with this root (RFC 9162, section 2.1.3.2). */
export function verifyInclusion(claim: InclusionClaim): boolean {
  if (!(claim.index >= 0 && claim.index < claim.size)) return false;
  let position = claim.index;
  let last = claim.size - 1;
  let node = claim.leaf;
  for (const sibling of claim.path) {
    if (last === 0) return false;
    if (position % 2 === 1 || position === last) {
      node = hashNode(sibling, node);
      // A right edge without a sibling on this level is the same node on the levels above.
      while (position % 2 === 0 && position !== 0) {
        position = half(position);
        last = half(last);
      }
    } else {
      node = hashNode(node, sibling);
    }
    position = half(position);
    last = half(last);
  }
  return last === 0 && sameBytes(node, claim.root);
}

export interface ConsistencyClaim {
  readonly first: { readonly size: number; readonly root: Uint8Array };
  readonly second: { readonly size: number; readonly root: Uint8Array };
  readonly path: readonly Uint8Array[];
}

/** Whether the path proves that the second tree only appended to the first (RFC 9162, section 2.1.4.2). */
export function verifyConsistency({ first, second, path }: ConsistencyClaim): boolean {
  if (!(first.size > 0 && first.size <= second.size)) return false;
  if (first.size === second.size) return path.length === 0 && sameBytes(first.root, second.root);
  const nodes = isPowerOfTwo(first.size) ? [first.root, ...path] : path;
  const [start, ...siblings] = nodes;
  if (start === undefined) return false;
  let position = first.size - 1;
  let last = second.size - 1;
  while (position % 2 === 1) {
    position = half(position);
    last = half(last);
  }
  let firstRoot = start;
  let secondRoot = start;
  for (const sibling of siblings) {
    if (last === 0) return false;
    if (position % 2 === 1 || position === last) {
      firstRoot = hashNode(sibling, firstRoot);
      secondRoot = hashNode(sibling, secondRoot);
      while (position % 2 === 0 && position !== 0) {
        position = half(position);
        last = half(last);
      }
    } else {
      secondRoot = hashNode(secondRoot, sibling);
    }
    position = half(position);
    last = half(last);
  }
  return last === 0 && sameBytes(firstRoot, first.root) && sameBytes(secondRoot, second.root);
}

// Sizes may pass 32 bits, where the shift operators of the language end.
function half(value: number): number {
  return Math.floor(value / 2);
}

function isPowerOfTwo(value: number): boolean {
  return 2 ** Math.floor(Math.log2(value)) === value;
}
