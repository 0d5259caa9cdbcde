import type { Target } from '@clawhold/spec';
import { patternsOf } from '../operation/patterns.ts';
import { textClasses } from './classes.ts';
import type { Limits } from './limits.ts';
import { name } from './shape.ts';

/** No query, and for every rule about queries one that meets it. */
export function queriesOf(targets: readonly Target[], limits: Limits): ReadonlySet<string> {
  const found = new Set(['']);
  for (const { query } of targets) {
    if (query === undefined) continue;
    limits.conditional('query');
    const pairs = Object.entries(query).map(([key, patterns]) => {
      const { classes } = textClasses(patternsOf(patterns), null, name);
      const value = classes.find((one) => one.patterns.length > 0)?.example ?? '';
      return `${encodeURIComponent(key)}=${encodeURIComponent(value)}`;
    });
    found.add(pairs.join('&'));
  }
  return found;
}
