import type { Book, HeldCheckpoint } from './book.ts';

/** Neighbouring layers that become one, and the checkpoints between them, which go. */
export interface Merge {
  /** The oldest first. */
  readonly layers: readonly string[];
  readonly checkpoints: readonly number[];
}

/** The end of one of the view's layers. */
interface Boundary {
  readonly index: number;
  /** Of the newest checkpoint here; null: of none of this run. */
  readonly number: number | null;
  /** Something else than a checkpoint before a step needs it. */
  readonly isHeld: boolean;
}

type Layered = Pick<Book, 'layers' | 'checkpoints'>;

/** Only those that were taken by themselves thin out; what a person asked for, or left by going back, stays. */
const isAutomatic = ({ name, step }: HeldCheckpoint): boolean => name === null && step !== null;

/**
 * What to merge so that the view has at most so many layers, or as few as can be. Of the checkpoints before steps those go
 * first whose neighbours lie closest together, compared with how long ago they were: what stays becomes thinner with age
 * like a logarithm, and a run of any length has some from all of its times.
 */
export function planThinning(book: Layered, most: number): readonly Merge[] {
  let kept = boundariesOf(book);
  const now = (book.checkpoints.at(-1)?.number ?? 0) + 1;
  while (kept.length > most) {
    const going = leastMissed(kept, now);
    if (going === undefined) break;
    kept = kept.filter((boundary) => boundary !== going);
  }
  const ends = kept.map(({ index }) => index + 1);
  return ends
    .map((end, at): Merge => {
      const layers = book.layers.slice(at === 0 ? 0 : ends[at - 1], end);
      // Who ends within them, before the last.
      const inner = new Set(layers.slice(0, -1));
      const gone = book.checkpoints.filter((held) => inner.has(held.layers.at(-1) ?? ''));
      return { layers, checkpoints: gone.map(({ number }) => number) };
    })
    .filter(({ layers }) => layers.length > 1);
}

/** The ends of the view's layers, the oldest first; the last is that of the view itself, and held. */
function boundariesOf({ layers, checkpoints }: Layered): readonly Boundary[] {
  const leaving = checkpoints.map((held) => ({ held, at: lastCommon(held.layers, layers) }));
  return layers.map((_, index) => {
    const here = leaving.filter(({ at }) => at === index).map(({ held }) => held);
    // One that goes on elsewhere from here needs this end too.
    const isHeld = here.some((held) => !isAutomatic(held) || held.layers.length > index + 1);
    const number = here.at(-1)?.number ?? null;
    return { index, number, isHeld: isHeld || index === layers.length - 1 };
  });
}

/** Index of the last layer up to which both are the same; -1: of none. */
function lastCommon(one: readonly string[], other: readonly string[]): number {
  const differing = one.findIndex((layer, index) => layer !== other[index]);
  return (differing < 0 ? one.length : differing) - 1;
}

function leastMissed(kept: readonly Boundary[], now: number): Boundary | undefined {
  let least: { readonly boundary: Boundary; readonly missed: number } | undefined;
  for (const [at, boundary] of kept.entries()) {
    if (boundary.isHeld) continue;
    const missed = missedWithout(kept, at, now);
    if (least === undefined || missed < least.missed) least = { boundary, missed };
  }
  return least?.boundary;
}

function missedWithout(kept: readonly Boundary[], at: number, now: number): number {
  const number = kept[at]?.number ?? null;
  // It was taken over from another run, which has its own layers for it.
  if (number === null) return 0;
  const before = kept.slice(0, at).findLast((one) => one.number !== null)?.number ?? 0;
  const after = kept.slice(at + 1).find((one) => one.number !== null)?.number ?? now;
  return (after - before) / (now - number);
}

/** The book with one layer in the place of several; undefined when somebody needs them by themselves meanwhile. */
export function withMerged<Of extends Layered>(book: Of, { layers, checkpoints }: Merge, into: string): Of | undefined {
  const merged = (names: readonly string[]): string[] | undefined => {
    const start = names.findIndex((name) => layers.includes(name));
    if (start < 0) return [...names];
    const isWhole = layers.every((layer, index) => names[start + index] === layer);
    return isWhole ? names.toSpliced(start, layers.length, into) : undefined;
  };
  const view = merged(book.layers);
  const rest = book.checkpoints
    .filter(({ number }) => !checkpoints.includes(number))
    .map((held) => ({ ...held, layers: merged(held.layers) }));
  const whole = rest.flatMap((held) => (held.layers === undefined ? [] : [{ ...held, layers: held.layers }]));
  if (view === undefined || whole.length < rest.length) return undefined;
  return { ...book, layers: view, checkpoints: whole };
}
