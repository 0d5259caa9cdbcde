import type { Delimiter } from '../glob/glob.ts';
import { textClasses } from '../space/classes.ts';
import type { Shape } from '../space/shape.ts';
import { comparedPatterns, isWithin } from './rule-cells.ts';

/** What each of these patterns stands for, in kinds of texts; undefined when there are too many to compare. */
export function patternCells(
  patterns: readonly string[],
  delimiter: Delimiter,
  shape: Shape,
): readonly ReadonlySet<number>[] | undefined {
  const known = [...new Set(patterns)];
  if (known.length > comparedPatterns) return undefined;
  const { classes, complete } = textClasses(known, delimiter, shape);
  if (!complete) return undefined;
  return patterns.map((pattern) => {
    const at = known.indexOf(pattern);
    return new Set(classes.flatMap((one, index) => (one.patterns.includes(at) ? [index] : [])));
  });
}

/** By which other entry of a list each is covered: a wider one, or of two equal ones the earlier; -1 where by none. */
export function coveredBy(
  cells: readonly ReadonlySet<number>[],
  covers: (other: number, one: number) => boolean = () => true,
): readonly number[] {
  return cells.map((own, at) =>
    cells.findIndex(
      (other, index) =>
        index !== at &&
        isWithin(own, other) &&
        covers(index, at) &&
        (index < at || other.size > own.size || !covers(at, index)),
    ),
  );
}
