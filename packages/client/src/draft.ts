/** The data of a `draft` event: a piece of what a model is writing. */
export interface DraftPart {
  readonly turn: string;
  readonly agent: string;
  /** Where the piece stands in the text of the turn, in UTF-16 code units; what stood there before is taken back. */
  readonly from: number;
  readonly text: string;
}

/** What a model has written so far of a turn that is not recorded yet. It is hostile text. */
export interface Draft {
  readonly turn: string;
  readonly agent: string;
  readonly text: string;
}

/** Puts a piece where it belongs. A piece after a gap changes nothing: the next connection begins at the beginning. */
export function joinDraft(known: Draft | null, { turn, agent, from, text }: DraftPart): Draft | null {
  const before = known?.turn === turn ? known.text : '';
  if (from > before.length) return known;
  return { turn, agent, text: before.slice(0, from) + text };
}
