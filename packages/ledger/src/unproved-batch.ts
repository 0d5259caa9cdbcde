import type { Batch } from './batch.ts';
import { finding, recordRange } from './finding.ts';
import type { Frontier } from './frontier.ts';
import { hashLeaf, hashLength, sameBytes } from './hash.ts';
import type { AlteredLedger } from './verification.ts';

/**
 * A batch whose list of leaf hashes does not lead to its signed root: the list was rewritten, and perhaps records with
 * it. The records themselves are hashed up to the root. If that fits, they are intact and the list tells which of its
 * entries is false. If not, the root proves that the batch was altered, but nothing signed is left to tell where.
 */
export class UnprovedBatch {
  readonly #batch: Batch;
  readonly #root: string;
  readonly #frontier: Frontier;
  #falseEntry: number | undefined;

  /** @param before the proved tree before the batch. @param root the signed root, in hex. */
  constructor(batch: Batch, before: Frontier, root: string) {
    this.#batch = batch;
    this.#frontier = before.clone();
    this.#root = root;
  }

  /** Takes the line of the next record of the batch. */
  take(line: Uint8Array): void {
    const leaf = hashLeaf(line);
    const sequence = this.#frontier.size + 1;
    this.#frontier.append(leaf);
    const offset = (sequence - this.#batch.first) * hashLength;
    if (!sameBytes(leaf, this.#batch.leaves.subarray(offset, offset + hashLength))) this.#falseEntry ??= sequence;
  }

  get isComplete(): boolean {
    return this.#frontier.size >= this.#batch.size;
  }

  verdict(): AlteredLedger {
    const { first, size } = this.#batch;
    const isOne = first === size;
    const list = `The list of leaf hashes of ${recordRange(first, size)} was rewritten`;
    if (!this.isComplete)
      return finding(first, 'removed', `${list}, and record ${this.#frontier.size + 1} is missing.`, isOne);
    if (Buffer.from(this.#frontier.root()).toString('hex') === this.#root)
      return finding(this.#falseEntry ?? first, 'changed', `${list}; the records are as they were signed.`);
    return finding(
      first,
      'changed',
      `${list}, and a record with it: the signed root proves that, but not which.`,
      isOne,
    );
  }
}
