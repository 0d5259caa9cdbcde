import { finding } from './finding.ts';
import { hashLeaf, sameBytes } from './hash.ts';
import { lineAt, parseRecordLine, type ReadRecord } from './record.ts';
import type { Alteration, AlteredLedger } from './verification.ts';

/**
 * The first record that differs from its signed leaf, and what the rest of the ledger says about it. Three facts tell
 * what happened: does its content belong at a later place, is that place itself as signed, and does the content that
 * belongs here stand somewhere later.
 */
export class Suspect {
  readonly #sequence: number;
  readonly #leaf: Uint8Array;
  readonly #record: ReadRecord;
  #belongsAt: number | undefined;
  #isCopy = false;
  #trueRecordAt: number | undefined;

  /**
   * @param record what stands at its own `sequence`.
   * @param leaf what was signed for this place.
   */
  constructor(record: ReadRecord, leaf: Uint8Array) {
    this.#sequence = record.sequence;
    this.#record = record;
    this.#leaf = leaf;
  }

  /** Nothing more can be learned. */
  get isClear(): boolean {
    return this.#belongsAt !== undefined && this.#trueRecordAt !== undefined;
  }

  /** Looks whether the suspect belongs at a later place, given the proved leaf of that place. */
  seeLeaf(sequence: number, leaf: Uint8Array): void {
    if (this.#belongsAt !== undefined || sequence <= this.#sequence) return;
    if (sameBytes(hashLeaf(lineAt(this.#record, sequence)), leaf)) this.#belongsAt = sequence;
  }

  /** Looks whether a later record is the one that belongs at the suspect's place. */
  seeRecord(line: string): void {
    const record = parseRecordLine(line);
    if (record === undefined) return;
    if (sameBytes(hashLeaf(lineAt(record, this.#sequence)), this.#leaf)) this.#trueRecordAt = record.sequence;
    // The place of the suspect's content holds it too: nothing was moved, this is a copy over the true record.
    if (record.sequence === this.#belongsAt && line === lineAt(this.#record, record.sequence)) this.#isCopy = true;
  }

  verdict(): AlteredLedger {
    const place = this.#sequence;
    const moved = this.#trueRecordAt;
    const belongs = this.#isCopy ? undefined : this.#belongsAt;
    if (moved !== undefined && belongs !== undefined)
      return this.#as(
        'reordered',
        `What stands at ${place} belongs at ${belongs}; record ${place} stands at ${moved}.`,
      );
    if (moved !== undefined)
      return this.#as(
        'inserted',
        `A record that was never signed stands at ${place}; the true one stands at ${moved}.`,
      );
    if (belongs !== undefined)
      return this.#as('removed', `Record ${place} was removed and later ones moved up: here stands record ${belongs}.`);
    return this.#as('changed', `Record ${place} is not the record that was signed.`);
  }

  #as(what: Alteration, explanation: string): AlteredLedger {
    return finding(this.#sequence, what, explanation);
  }
}
