import { emptyRoot, hashLength, hashNode, splitHashes } from './hash.ts';
import type { LeafRange } from './range.ts';

/**
 * The right edge of a growing Merkle tree: the roots of its complete subtrees, largest first. It is all that is needed
 * to append a leaf or to know the root, so a tree of a billion records is carried in at most thirty hashes.
 */
export class Frontier {
  #size: number;
  readonly #peaks: Uint8Array[];

  private constructor(size: number, peaks: Uint8Array[]) {
    this.#size = size;
    this.#peaks = peaks;
  }

  static empty(): Frontier {
    return new Frontier(0, []);
  }

  /**
   * Reads what {@link Frontier.bytes} wrote; undefined when it cannot be the frontier of a tree of this size. The
   * hashes prove nothing by themselves: compare {@link Frontier.root} with a signed root.
   */
  static parse(size: number, bytes: Uint8Array): Frontier | undefined {
    const peaks = splitHashes(bytes);
    if (peaks?.length !== peakWidths(size).length) return undefined;
    return new Frontier(size, [...peaks]);
  }

  /** How many leaves the tree has. */
  get size(): number {
    return this.#size;
  }

  append(leaf: Uint8Array): void {
    let node = leaf;
    // Every complete subtree that the new leaf completes is merged; sizes beyond 32 bits rule out bit operators.
    for (let size = this.#size; size % 2 === 1; size = Math.floor(size / 2)) {
      const left = this.#peaks.pop();
      if (left === undefined) throw new RangeError('a frontier has a peak for each bit of its size');
      node = hashNode(left, node);
    }
    this.#peaks.push(node);
    this.#size += 1;
  }

  root(): Uint8Array {
    return (
      this.#peaks.reduceRight<Uint8Array | undefined>(
        (right, left) => (right === undefined ? left : hashNode(left, right)),
        undefined,
      ) ?? emptyRoot
    );
  }

  /** The peaks one after the other: {@link hashLength} bytes for each bit that is set in the size. */
  bytes(): Uint8Array {
    return Buffer.concat(this.#peaks, this.#peaks.length * hashLength);
  }

  clone(): Frontier {
    return new Frontier(this.#size, [...this.#peaks]);
  }

  /**
   * The part of this tree that lies in a range, as a tree of its own; the range may reach beyond the tree. It must begin
   * and end at the edge of a peak: these are the places where a proof about later leaves cuts a tree.
   *
   * @throws RangeError when the range cuts through a peak.
   */
  within({ start, end }: LeafRange): Frontier {
    let position = 0;
    const inside: Uint8Array[] = [];
    let size = 0;
    for (const [index, width] of peakWidths(this.#size).entries()) {
      const peak = this.#peaks[index];
      const next = position + width;
      if (peak !== undefined && position >= start && next <= end) {
        inside.push(peak);
        size += width;
      } else if (next > start && position < end) {
        throw new RangeError(`the range from ${start} to ${end} cuts a complete subtree of ${this.#size} leaves`);
      }
      position = next;
    }
    return new Frontier(size, inside);
  }
}

/** The sizes of the complete subtrees of a tree, largest first: the bits of its size. */
function peakWidths(size: number): readonly number[] {
  return size
    .toString(2)
    .split('')
    .flatMap((bit, index, bits) => (bit === '1' ? [2 ** (bits.length - 1 - index)] : []));
}
