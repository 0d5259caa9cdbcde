import type { Target } from '@clawhold/spec';
import { canonicalJson } from '../compile/digest.ts';
import { compiledGlobs } from '../glob/glob.ts';
import { patternsOf } from '../operation/patterns.ts';
import { textClasses } from '../space/classes.ts';
import { name } from '../space/shape.ts';

/**
 * Whether whatever meets the first rule beside its names meets the second: the second has no condition, or the same one,
 * and each of its query matchers lets through what a matcher of the first for the same key does.
 */
export function narrowsAtLeast(one: Target, other: Target): boolean {
  if (other.where !== undefined && other.where !== one.where) return false;
  return Object.entries(other.query ?? {}).every(([key, patterns]) => {
    const own = one.query?.[key];
    if (own === undefined) return false;
    return canonicalJson(own) === canonicalJson(patterns) || isCovered(patternsOf(own), patternsOf(patterns));
  });
}

/** Whether every text that one of the first matches is one that one of the second matches. */
function isCovered(own: readonly string[], others: readonly string[]): boolean {
  const { classes, complete } = textClasses([...own, ...others], null, name);
  const isEmpty = (list: readonly string[]): boolean =>
    list.some((pattern) => compiledGlobs(pattern, null).some((glob) => glob.matches('')));
  return (
    complete &&
    (!isEmpty(own) || isEmpty(others)) &&
    classes.every(({ patterns }) => patterns.every((at) => at >= own.length) || patterns.some((at) => at >= own.length))
  );
}
