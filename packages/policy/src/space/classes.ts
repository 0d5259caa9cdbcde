import type { Delimiter } from '../glob/glob.ts';
import { PatternSet, type Standing } from './pattern-set.ts';
import type { Shape } from './shape.ts';

/** All texts that the same patterns match; for whoever only looks at patterns they are one. */
export interface TextClass {
  /** The shortest of them. */
  readonly example: string;
  /** Which patterns match, by their position in the list. */
  readonly patterns: readonly number[];
}

export interface TextClasses {
  readonly classes: readonly TextClass[];
  /** False when there were too many to look at: some class may be missing. */
  readonly complete: boolean;
}

/** How many states of the product are looked at before giving up; more than ten thousand spelt-out hosts need. */
const maximumStates = 200_000;

interface State {
  readonly standing: Standing;
  readonly shape: number;
  readonly text: string;
}

/**
 * Divides all texts of a shape into classes by the patterns that match them: the reachable states of the product of all
 * automata, breadth first, so that the first text of each class is a shortest one. The class of no pattern is among them.
 */
export function textClasses(patterns: readonly string[], delimiter: Delimiter, shape: Shape): TextClasses {
  const set = new PatternSet(patterns, delimiter);
  const alphabet = alphabetOf(set, shape);
  const found = new Map<string, TextClass>();
  const queue: State[] = [{ standing: set.start, shape: 0, text: '' }];
  const seen = new Set([keyOf(set.start, 0)]);
  for (const state of queue) {
    if (shape.ends(state.shape)) {
      const matched = set.matched(state.standing);
      const key = matched.join(' ');
      if (!found.has(key)) found.set(key, { example: state.text, patterns: matched });
    }
    if (seen.size > maximumStates) return { classes: [...found.values()], complete: false };
    for (const character of alphabet) {
      const next = shape.step(state.shape, character);
      if (next < 0) continue;
      const standing = set.step(state.standing, character);
      const key = keyOf(standing, next);
      if (seen.has(key)) continue;
      seen.add(key);
      queue.push({ standing, shape: next, text: state.text + character });
    }
  }
  return { classes: [...found.values()], complete: true };
}

/** What some pattern spells out, what the shape needs, and one character for all others. */
function alphabetOf(set: PatternSet, shape: Shape): readonly string[] {
  const known = new Set([...set.spelt, ...shape.structure]);
  const other = [...shape.others].find((character) => !known.has(character));
  return other === undefined ? [...known] : [other, ...known];
}

function keyOf(standing: Standing, shape: number): string {
  return `${shape}:${standing.join(',')}`;
}
