import type { Question } from '@clawhold/spec';

/** Something that two policies decide differently, by its shortest example. */
export interface Change {
  readonly direction: 'opens' | 'closes';
  /** What is asked in the example, in the words of a person. */
  readonly what: string;
  /** Null where what changed is not said of a single question. */
  readonly question: Question | null;
  /** How far the caller gets, and on which terms where these are what changed. */
  readonly before: string;
  readonly after: string;
  /** The rules that decided before and after, as `layer: path`. */
  readonly rules: { readonly before: readonly string[]; readonly after: readonly string[] };
  /** How many kinds of questions change for the same reason; the example is one of them. */
  readonly alike: number;
}

/** Something that is demanded before and after, where the two are not the same. */
export type Divergence = Pick<Change, 'direction' | 'before' | 'after'>;

/**
 * Compares two values of something.
 *
 * @param isWithin whether the first lets pass no more than the second.
 * @returns undefined when neither lets pass more; what lets pass more in one way and less in another opens.
 */
export function divergence<Value>(
  was: Value,
  is: Value,
  isWithin: (one: Value, other: Value) => boolean,
  say: (value: Value) => string,
): Divergence | undefined {
  const opens = !isWithin(is, was);
  if (!opens && isWithin(was, is)) return undefined;
  return { direction: opens ? 'opens' : 'closes', before: say(was), after: say(is) };
}
