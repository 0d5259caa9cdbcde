import { type ConditionScope, compileCondition } from '../condition/condition.ts';
import type { Finding } from './problem.ts';

/** Why a condition cannot be compiled; empty when it can, or when there is none. */
export function conditionFindings(
  source: string | undefined,
  scope: ConditionScope,
  path: readonly (string | number)[],
): readonly Finding[] {
  if (source === undefined) return [];
  const compiled = compileCondition(source, scope);
  return compiled.kind === 'ok' ? [] : [{ path, message: compiled.reason }];
}
