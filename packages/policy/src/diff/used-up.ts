import type { Question, Usage } from '@clawhold/spec';
import type { CompiledBudget, Snapshot } from '../compile/snapshot.ts';

/** Usage after which two policies may decide differently that decide alike before. */
export interface UsedUp {
  /** Of which questions one is enough: all of them take from the same. */
  readonly kind: Question['kind'];
  readonly usage: Usage;
  /** In the words of a person. */
  readonly after: string;
}

/** For each amount that one policy has and the other has not: the smaller of the two is used up. */
export function usedUp(before: Snapshot, after: Snapshot): readonly UsedUp[] {
  const counters = new Map([...before.budgets, ...after.budgets].map(({ counter, kind }) => [counter, kind]));
  return [...counters].flatMap(([counter, kind]) => {
    const [was, is] = [limitOf(before, counter), limitOf(after, counter)];
    if (was === is) return [];
    const smaller = Math.min(was, is);
    return [spentOnly(takenFromBy[kind], (name) => (name === counter ? smaller : 0), `after ${smaller} of ${counter}`)];
  });
}

/** Every burst was made: what is left is what is said about the call beyond. */
export const afterEveryBurst: UsedUp = spentOnly(
  'tool',
  (name) => (name.startsWith('burst/') ? Number.POSITIVE_INFINITY : 0),
  'after as many in a row as there may be',
);

/** A tool call, which needs no rule, takes from the time as everything does. */
const takenFromBy = {
  tokens: 'inference',
  cost: 'inference',
  egress: 'egress',
  wall: 'tool',
} as const satisfies Record<CompiledBudget['kind'], Question['kind']>;

function limitOf({ budgets }: Snapshot, wanted: string): number {
  const limits = budgets.filter(({ counter }) => counter === wanted).map(({ limit }) => limit);
  return Math.min(Number.POSITIVE_INFINITY, ...limits);
}

function spentOnly(kind: UsedUp['kind'], spent: Usage['spent'], after: string): UsedUp {
  return { kind, usage: { spent, grant: () => undefined }, after };
}
