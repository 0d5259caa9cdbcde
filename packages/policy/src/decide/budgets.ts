import { limits, type Obligation, type Usage } from '@clawhold/spec';
import type { CompiledBudget, CompiledEndpoint, Snapshot } from '../compile/snapshot.ts';
import { smaller } from './egress-obligations.ts';

/** The wall-clock budget when it is used up. */
export function wallBudget(snapshot: Snapshot, usage: Usage): CompiledBudget | undefined {
  return snapshot.budgets.find(({ kind, counter, limit }) => kind === 'wall' && !(usage.spent(counter) < limit));
}

/**
 * What the egress budgets leave for one request. The size of a body is not known beforehand, so as much is reserved as
 * the request may send at most, and the caller caps it there and gives back what was not used.
 */
export function egressBudget(
  snapshot: Snapshot,
  usage: Usage,
  selected: readonly CompiledEndpoint[],
): CompiledBudget | { readonly reserve: readonly Obligation[]; readonly bytes: number | null } {
  const budgets = snapshot.budgets.filter(({ kind }) => kind === 'egress');
  if (budgets.length === 0) return { reserve: [], bytes: null };
  let cap: number | null = null;
  for (const { requestBytes } of selected) cap = smaller(cap, requestBytes);
  let bytes = cap ?? limits.inspectedBodyBytes;
  for (const budget of budgets) {
    const left = budget.limit - usage.spent(budget.counter);
    if (!(left > 0)) return budget;
    bytes = Math.min(bytes, Math.floor(left));
  }
  const reserve = budgets.map(({ counter, limit }): Obligation => ({ kind: 'reserve', counter, amount: bytes, limit }));
  return { reserve, bytes };
}

/** Reserves the tokens of a model request; of cost only what is already known to be spent can be held against it. */
export function inferenceBudgets(
  snapshot: Snapshot,
  usage: Usage,
  tokens: number,
): CompiledBudget | readonly Obligation[] {
  const reserve: Obligation[] = [];
  for (const budget of snapshot.budgets) {
    if (budget.kind === 'egress' || budget.kind === 'wall') continue;
    const { counter, limit } = budget;
    const amount = budget.kind === 'tokens' ? tokens : 0;
    const spent = usage.spent(counter);
    if (!(spent + amount <= limit) || !(spent < limit)) return budget;
    reserve.push({ kind: 'reserve', counter, amount, limit });
  }
  return reserve;
}
