import type { Patterns } from '@clawhold/spec';

/** The patterns of which any may match; none when there is nothing to match. */
export function patternsOf(patterns: Patterns | undefined): readonly string[] {
  if (patterns === undefined) return [];
  if (typeof patterns === 'string') return [patterns];
  return 'any' in patterns ? patterns.any : [patterns.glob];
}
