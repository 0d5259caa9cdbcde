import type { TreeHead } from './tree-head.ts';

/** What was done to an altered ledger. */
export type Alteration =
  /** A record, or what is stored to prove it, is not what was signed. */
  | 'changed'
  /** A record, or a batch with its signed head, is missing. */
  | 'removed'
  /** A record, or a batch, is there that was never signed. */
  | 'inserted'
  /** Records stand at each other's places. */
  | 'reordered'
  /** The end is missing: a head kept outside, or the export's own header, reaches further. */
  | 'cut tail'
  /** A tree head without a valid signature, or out of its chain. */
  | 'forged head';

/** A cut tail that an operator accepted; the ledger itself records it. */
export interface AcceptedCut {
  /** How many records were left. */
  readonly found: number;
  /** How many the head kept outside had promised. */
  readonly headSize: number;
}

export interface IntactLedger {
  readonly kind: 'intact';
  /** How many records were read, all of them proved. */
  readonly records: number;
  /** The head that covers them; null in an empty ledger. */
  readonly head: TreeHead | null;
  /**
   * `outside`: a signed head kept outside the database was found in the ledger, so its tail is complete at least up to
   * there. `database only`: there was none to compare with; a cut tail cannot be seen.
   */
  readonly headSource: 'outside' | 'database only';
  readonly acceptedCuts: readonly AcceptedCut[];
}

export interface AlteredLedger {
  readonly kind: 'altered';
  /** The sequence of the first bad record, or of the first record of what is altered: see `provedExactly`. */
  readonly firstBad: number;
  /**
   * True: every record before `firstBad` is proved good, and this one is bad. False: every record before `firstBad` is
   * proved good, but the first bad one may come later, as what would tell was rewritten too; the explanation names the range.
   */
  readonly provedExactly: boolean;
  readonly what: Alteration;
  /** One plain sentence. */
  readonly explanation: string;
}

export type Verification = IntactLedger | AlteredLedger;
