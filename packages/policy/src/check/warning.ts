import type { Finding, Problem } from '../load/problem.ts';

/** What is odd about a rule of a valid document. */
export type WarningKind =
  /** No request can ever be what it is about. */
  | 'unmatchable'
  /** It can never decide: others forbid, or never open, all that it is about. */
  | 'dead'
  /** Another rule says the same about all of it, or something stricter. */
  | 'shadowed'
  /** It allows exactly what another rule forbids. */
  | 'contradicting'
  /** It opens more than its author may have had in mind. */
  | 'over_broad'
  /** It was not compared with the others. */
  | 'not_compared';

/** A warning by its path in the document, before its line is known. */
export interface WarningFinding extends Finding {
  readonly kind: WarningKind;
  /** One sentence: what to do about it. */
  readonly fix: string;
}

/** The same at its line. */
export interface PolicyWarning extends Problem {
  readonly kind: WarningKind;
  readonly fix: string;
}
