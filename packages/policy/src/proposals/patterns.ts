import type { EndpointRule } from '@clawhold/spec';
import { canonicalJson } from '../compile/digest.ts';

/** So many paths that differ in one segment only are taken for one pattern. */
const sameSegments = 3;

/**
 * Paths of requests as patterns: `/repos/1`, `/repos/2` and `/repos/3` are `/repos/*`. What is too rare to be one stays
 * as it is.
 *
 * @param paths without characters that mean something in a pattern.
 */
export function pathPatterns(paths: readonly string[]): readonly string[] {
  let patterns = [...new Set(paths)];
  for (;;) {
    const merged = mergeOne(patterns);
    if (merged === undefined) return patterns.toSorted();
    patterns = merged;
  }
}

/** Puts one pattern in the place of all that it covers. */
function mergeOne(paths: readonly string[]): string[] | undefined {
  const byPattern = new Map<string, string[]>();
  for (const path of paths) {
    const segments = path.split('/');
    for (const [at, segment] of segments.entries()) {
      // The first one is the emptiness before the first slash.
      if (at === 0 || segment === '' || segment === '*') continue;
      const pattern = segments.with(at, '*').join('/');
      byPattern.set(pattern, [...(byPattern.get(pattern) ?? []), path]);
    }
  }
  const [best] = [...byPattern].toSorted(([a, ofA], [b, ofB]) => ofB.length - ofA.length || (a < b ? -1 : 1));
  if (best === undefined || best[1].length < sameSegments) return undefined;
  const [pattern, covered] = best;
  return [...paths.filter((path) => path !== pattern && !covered.includes(path)), pattern];
}

/** The same rules, those about requests of HTTP with patterns for paths. */
export function generalised(rules: readonly EndpointRule[]): readonly EndpointRule[] {
  const alike = Map.groupBy(rules, ({ allow, ask }) => {
    const target = allow ?? ask;
    const { path, ...rest } = target ?? {};
    return path === undefined ? undefined : canonicalJson([allow === undefined ? 'ask' : 'allow', rest]);
  });
  return [...alike].flatMap(([kind, same]) => {
    if (kind === undefined) return same;
    const patterns = pathPatterns(same.flatMap(({ allow, ask }) => (allow ?? ask)?.path ?? []));
    return patterns.flatMap((path) => same.slice(0, 1).map((rule) => withPath(rule, path)));
  });
}

function withPath({ allow, ask }: EndpointRule, path: string): EndpointRule {
  return allow === undefined ? { ask: { ...ask, path } } : { allow: { ...allow, path } };
}
