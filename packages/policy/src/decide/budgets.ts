import type { InferenceQuestion, Obligation, Reason, Usage } from '@clawhold/spec';
import type { CompiledBudget, Snapshot } from '../compile/snapshot.ts';
import { mostCost, noPrice } from './prices.ts';

const none: readonly Obligation[] = Object.freeze([]);

/** The wall-clock budget when it is used up. */
export function wallBudget(snapshot: Snapshot, usage: Usage): CompiledBudget | undefined {
  return snapshot.budgets.find(({ kind, counter, limit }) => kind === 'wall' && !(usage.spent(counter) < limit));
}

/** How the bytes that leave are taken from the egress budgets: none is known beforehand. */
export function egressBudgets(snapshot: Snapshot, usage: Usage): CompiledBudget | readonly Obligation[] {
  if (snapshot.budgets.length === 0) return none;
  const budgets = snapshot.budgets.filter(({ kind }) => kind === 'egress');
  const spent = budgets.find(({ counter, limit }) => !(usage.spent(counter) < limit));
  return spent ?? budgets.map(({ counter, limit }): Obligation => ({ kind: 'meter', counter, limit }));
}

/** Why bytes that a budget has no room for do not pass. */
export function meterReason({ counter, limit }: Extract<Obligation, { kind: 'meter' }>): Reason {
  const parts = counter.split('/');
  const [kind, window] = [parts[0], parts.at(-1)];
  const text = `The budget of ${limit} bytes to the outside a ${window} has no room for this (budgets.${kind}).`;
  return { code: 'budget', text };
}

/** Reserves the tokens of a model request, and what they cost at most. */
export function inferenceBudgets(
  snapshot: Snapshot,
  usage: Usage,
  question: InferenceQuestion,
): CompiledBudget | Reason | readonly Obligation[] {
  const reserve: Obligation[] = [];
  for (const budget of snapshot.budgets) {
    if (budget.kind === 'egress' || budget.kind === 'wall') continue;
    const { counter, limit } = budget;
    const amount = budget.kind === 'tokens' ? question.tokens : mostCost(snapshot, question);
    if (amount === undefined) return noPrice(question);
    const spent = usage.spent(counter);
    if (!(spent + amount <= limit) || !(spent < limit)) return budget;
    reserve.push({ kind: 'reserve', counter, amount, limit });
  }
  return reserve;
}
