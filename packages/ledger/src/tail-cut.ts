import { z } from 'zod';

/** The end of a ledger is missing: the database is behind the last signed head that was kept outside it. */
export interface TailCut {
  /** How many records the database has. */
  readonly found: number;
  /** How many the head outside covers. */
  readonly headSize: number;
  /** The hash of that head: two cuts are the same only when the same history was lost. */
  readonly head: string;
}

/** The word of an operator that a ledger may go on after a cut, and only after this one. */
export interface CutAcceptance {
  readonly cut: TailCut;
  /** As the ledger names people: `person:<name>`. */
  readonly by: string;
  readonly reason: string;
}

/** The longest reason, in UTF-16 units. */
export const longestReason = 500;

export const tailCutSchema: z.ZodType<TailCut> = z.strictObject({
  found: z.number().int().nonnegative(),
  headSize: z.number().int().positive(),
  head: z.string(),
});

export const cutAcceptanceSchema: z.ZodType<CutAcceptance> = z.strictObject({
  cut: tailCutSchema,
  by: z.string().startsWith('person:'),
  reason: z.string().min(1).max(longestReason),
});

/**
 * Where a cut is put before the operator, in the api's folder, and where the answer lies, in the operator's. They are
 * files because a gateway that finds its ledger cut does not start, and so could not be asked over HTTP.
 */
export const cutFiles = { notice: 'ledger-cut.json', acceptance: 'accepted-ledger-cut.json' } as const;

/** Whether an acceptance speaks of this very cut: one that is left lying about accepts no later one. */
export function isAccepted(cut: TailCut, acceptance: CutAcceptance): boolean {
  const { found, headSize, head } = acceptance.cut;
  return found === cut.found && headSize === cut.headSize && head === cut.head;
}
