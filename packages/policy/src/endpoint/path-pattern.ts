import { compileGlob, expandAlternatives, type Glob } from '../glob/glob.ts';

/** One alternative of an endpoint's `path`, compiled. */
export interface PathPattern {
  /** As it stands after expansion of `{a,b}`; empty for every path. */
  readonly source: string;
  /** Null: every path. */
  readonly glob: Glob | null;
  /** Higher is more specific; of the endpoints of a host, those with the most specific path decide about a request. */
  readonly rank: number;
}

export type PathPatternResult =
  | { readonly kind: 'ok'; readonly patterns: readonly PathPattern[] }
  | { readonly kind: 'refused'; readonly reason: string };

/** What an endpoint without a `path` has. */
export const everyPath: PathPattern = Object.freeze({ source: '', glob: null, rank: 0 });
// As high as a small integer of the engine goes.
const exactRank = 2 ** 30;

/**
 * Compiles the `path` of an endpoint. A path that is spelt out is more specific than any pattern; of two patterns the one
 * with more characters that are no wildcards is, and of two equal ones the one without `**`.
 */
export function compilePathPattern(source: string | undefined): PathPatternResult {
  if (source === undefined) return { kind: 'ok', patterns: [everyPath] };
  const expanded = expandAlternatives(source);
  if (expanded.kind === 'refused') return expanded;
  const patterns: PathPattern[] = [];
  for (const alternative of expanded.patterns) {
    if (alternative === '**' || alternative === '/**') {
      patterns.push(everyPath);
      continue;
    }
    const compiled = compileGlob(alternative, '/');
    if (compiled.kind === 'refused') return compiled;
    const spelt = alternative.replaceAll(/[*?]/g, '').length;
    const rank = compiled.glob.literal ? exactRank : spelt * 2 + (alternative.includes('**') ? 0 : 1);
    patterns.push({ source: alternative, glob: compiled.glob, rank });
  }
  return { kind: 'ok', patterns };
}
