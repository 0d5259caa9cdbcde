import { type ConditionScope, parseCondition } from './condition.ts';
import { isContradictory } from './contradiction.ts';
import { waysTo } from './literal.ts';

/** What can be told of the answers of a condition without any values: `open` where nothing can. */
export type ConditionAnswers = 'never true' | 'never false' | 'open';

/** Whether an expression can be true and false. What it says is so whatever the values; it does not find everything. */
export function answersOf(source: string, scope: ConditionScope): ConditionAnswers {
  const tree = parseCondition(source, scope);
  if (tree === undefined) return 'open';
  const isNever = (answer: boolean): boolean =>
    waysTo(answer, tree)?.every((clause) => isContradictory(clause, scope)) ?? false;
  if (isNever(true)) return 'never true';
  return isNever(false) ? 'never false' : 'open';
}
