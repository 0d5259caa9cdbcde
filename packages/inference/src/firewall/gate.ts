/** A tool call that a model proposes, complete, as no client has seen it yet. */
export interface ProposedCall {
  readonly id: string;
  /** As on the wire. */
  readonly tool: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** What becomes of a proposed call. */
export type Verdict =
  | { readonly kind: 'pass' }
  /** The client gets `text` from the assistant instead of the call. */
  | { readonly kind: 'refuse'; readonly text: string };

/** Decides proposed calls, at most `limits.proposedCalls` in an answer. */
export interface CallGate {
  judge(call: ProposedCall): Promise<Verdict>;
}
