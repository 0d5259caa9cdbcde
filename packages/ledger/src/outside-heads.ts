import type { Batch } from './batch.ts';
import { finding } from './finding.ts';
import type { VerifyingKey } from './signing-key.ts';
import { readHead, type SignedHead, verifyHead } from './tree-head.ts';
import type { AcceptedCut, AlteredLedger } from './verification.ts';

interface OutsideHead {
  readonly size: number;
  readonly text: string;
}

interface Conflict {
  readonly size: number;
  /** The last record up to which the ledger agreed with the heads outside. */
  readonly agreed: number;
}

/** The signed heads that were kept outside the database, and how the ledger that goes by compares with them. */
export class OutsideHeads {
  readonly #heads: readonly OutsideHead[];
  #position = 0;
  #agreed = 0;
  readonly #conflicts: Conflict[] = [];
  readonly #cuts: AcceptedCut[] = [];

  private constructor(heads: readonly OutsideHead[]) {
    this.#heads = heads;
  }

  /** Takes heads in any order. One that the key did not sign is a finding by itself. */
  static from(signed: readonly SignedHead[], key: VerifyingKey): OutsideHeads | AlteredLedger {
    const heads: OutsideHead[] = [];
    for (const candidate of signed) {
      const head = readHead(candidate);
      if (head === undefined || !verifyHead(candidate, key))
        return finding(
          1,
          'forged head',
          `A tree head kept outside carries no valid signature of the key ${key.id}.`,
          false,
        );
      heads.push({ size: head.size, text: candidate.text });
    }
    return new OutsideHeads(heads.toSorted((one, other) => one.size - other.size));
  }

  /** Whether any of them was found in the ledger. */
  get foundOne(): boolean {
    return this.#agreed > 0;
  }

  get acceptedCuts(): readonly AcceptedCut[] {
    return this.#cuts;
  }

  /** Compares with a proved batch that goes by. */
  see(batch: Batch): void {
    for (let head = this.#heads[this.#position]; head !== undefined; head = this.#heads[this.#position]) {
      if (head.size > batch.size) return;
      if (head.size === batch.size && head.text === batch.head.text) this.#agreed = head.size;
      else if (head.size >= batch.first) this.#conflicts.push({ size: head.size, agreed: this.#agreed });
      this.#position += 1;
    }
  }

  /** A record of the ledger says that an operator accepted this cut: heads of the part that was lost are excused. */
  accept(cut: AcceptedCut): void {
    this.#cuts.push(cut);
  }

  /** Whether the records up to `size` with this root are what one of the heads promised. */
  promise(size: number, root: string): boolean {
    return this.#heads.some(
      (head) => head.size === size && readHead({ text: head.text, signature: '' })?.root === root,
    );
  }

  /**
   * What the heads say when `size` records of the ledger have gone by.
   *
   * @param complete whether these are all: heads beyond a part that was exported on purpose say nothing.
   */
  verdict(size: number, complete: boolean): AlteredLedger | undefined {
    const conflict = this.#conflicts.find((candidate) => !this.#isExcused(candidate.size));
    if (conflict !== undefined) {
      const outside = `A signed tree head kept outside covers ${conflict.size} records of another history`;
      const explanation = `${outside}: after record ${conflict.agreed} the ledger was put back and continued differently.`;
      return finding(conflict.agreed + 1, 'cut tail', explanation, false);
    }
    const missing = this.#heads.slice(this.#position).findLast((head) => !this.#isExcused(head.size));
    if (missing === undefined || !complete) return undefined;
    const promised = `a signed tree head kept outside covers ${missing.size} records`;
    return finding(size + 1, 'cut tail', `The ledger ends at record ${size}, but ${promised}.`);
  }

  #isExcused(size: number): boolean {
    return this.#cuts.some((cut) => cut.found < size && size <= cut.headSize);
  }
}
