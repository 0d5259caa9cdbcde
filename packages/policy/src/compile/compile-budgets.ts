import type { PolicyDocument } from '@clawhold/spec';
import { budgetCounter, counterOwner } from '../decide/counter.ts';
import type { LayerName } from '../load/layer.ts';
import type { CompiledBudget } from './snapshot.ts';

/** What each budget counts, as a person says it. */
const units: Readonly<Record<CompiledBudget['kind'], string>> = {
  tokens: 'tokens',
  cost: 'US dollars',
  wall: 'seconds',
  egress: 'bytes to the outside',
};

export function compileBudgets(layer: LayerName, document: PolicyDocument): readonly CompiledBudget[] {
  const { tokens, cost, wall, egress } = document.budgets ?? {};
  return [
    ...(tokens === undefined ? [] : [budget(layer, 'tokens', tokens)]),
    ...(cost === undefined ? [] : [budget(layer, 'cost', cost)]),
    ...(wall === undefined ? [] : [budget(layer, 'wall', { amount: wall, per: 'run' })]),
    ...(egress === undefined ? [] : [budget(layer, 'egress', egress)]),
  ];
}

function budget(
  layer: LayerName,
  kind: CompiledBudget['kind'],
  limit: { readonly amount: number; readonly per: 'run' | 'day' },
): CompiledBudget {
  const path = `budgets.${kind}`;
  const counter = budgetCounter(layer, kind, limit.per);
  const whose = counterOwner(counter) === 'everyone' ? ' for all agents together' : '';
  const text = `The budget of ${limit.amount} ${units[kind]} a ${limit.per}${whose} is spent (${path}).`;
  return Object.freeze({
    kind,
    counter,
    limit: limit.amount,
    exceeded: Object.freeze({ code: 'budget', text }),
    rule: { layer, path },
  });
}

/** The tightest budget of each counter; the outer layer wins a draw. */
export function tightest(budgets: readonly CompiledBudget[]): readonly CompiledBudget[] {
  const byCounter = new Map<string, CompiledBudget>();
  for (const candidate of budgets) {
    const kept = byCounter.get(candidate.counter);
    if (kept === undefined || candidate.limit < kept.limit) byCounter.set(candidate.counter, candidate);
  }
  return [...byCounter.values()];
}
