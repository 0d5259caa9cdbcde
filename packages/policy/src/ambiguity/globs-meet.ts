import type { Delimiter } from '../glob/glob.ts';

/**
 * Whether some text may match both patterns (without alternatives). It never says no when there is such a text; it may
 * say yes when the only one would have to be empty where a `**` needs a segment.
 */
export function globsMeet(a: string, b: string, delimiter: Exclude<Delimiter, null>): boolean {
  return sequencesMeet(a.split(delimiter), b.split(delimiter));
}

function sequencesMeet(a: readonly string[], b: readonly string[]): boolean {
  const known = new Map<number, boolean>();
  const meet = (i: number, j: number): boolean => {
    const key = i * (b.length + 1) + j;
    const seen = known.get(key);
    if (seen !== undefined) return seen;
    const result = compute(i, j);
    known.set(key, result);
    return result;
  };
  const compute = (i: number, j: number): boolean => {
    const [first, second] = [a[i], b[j]];
    if (first === undefined && second === undefined) return true;
    if (first === '**') return meet(i + 1, j) || (second !== undefined && meet(i, j + 1));
    if (second === '**') return meet(i, j + 1) || (first !== undefined && meet(i + 1, j));
    return first !== undefined && second !== undefined && segmentsMeet(first, second) && meet(i + 1, j + 1);
  };
  return meet(0, 0);
}

/** The same within one segment, for `*` and `?`: which pairs of positions both patterns can reach with one text. */
function segmentsMeet(a: string, b: string): boolean {
  if (!/[*?]/.test(a) && !/[*?]/.test(b)) return a === b;
  let row = reachable(
    b,
    Array.from({ length: b.length + 1 }, (_, at) => at === 0),
    undefined,
  );
  for (const character of a) row = reachable(b, row, character);
  return row[b.length] === true;
}

/** The next row of positions in `b` after one character of `a`; without one, where the stars of `b` lead by themselves. */
function reachable(b: string, row: readonly boolean[], character: string | undefined): readonly boolean[] {
  const next = row.map((reached, at) => {
    if (character === undefined || character === '*') return reached;
    const before = at > 0 && row[at - 1] === true;
    const fits = b[at - 1] === character || b[at - 1] === '?' || (character === '?' && b[at - 1] !== '*');
    return (before && fits) || (reached && b[at] === '*');
  });
  for (let at = 1; at <= b.length; at++)
    if (next[at - 1] === true && (character === '*' || b[at - 1] === '*')) next[at] = true;
  return next;
}
