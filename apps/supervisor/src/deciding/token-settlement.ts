import { type CountedTokens, costOf } from '@clawhold/policy';
import type { Decision, ModelPrice } from '@clawhold/spec';
import type { Reserve, RunUsage } from './run-usage.ts';

/**
 * Puts the tokens that a model really used, and what they cost, in the place of the upper estimate that was reserved for
 * the request. Which of several requests to one model ended does not matter: the sum is the same. A request that never ends
 * in a count keeps what it reserved, because nobody knows what it used.
 */
export interface TokenSettlement {
  /**
   * @param model `provider/model`.
   * @param price at which the cost was reserved; undefined when nothing counts it.
   */
  reserved(usage: RunUsage, model: string, decision: Decision, price?: ModelPrice): void;
  used(usage: RunUsage, model: string, counted: CountedTokens): void;
}

interface Waiting {
  readonly reservations: readonly Reserve[];
  readonly price: ModelPrice | undefined;
}

export function createTokenSettlement(): TokenSettlement {
  const waiting = new WeakMap<RunUsage, Map<string, readonly Waiting[]>>();
  return {
    reserved(usage, model, { obligations }, price) {
      const reservations = obligations.filter((obligation) => obligation.kind === 'reserve');
      const ofRun = waiting.get(usage) ?? new Map<string, readonly Waiting[]>();
      waiting.set(usage, ofRun.set(model, [...(ofRun.get(model) ?? []), { reservations, price }]));
    },
    used(usage, model, counted) {
      const ofRun = waiting.get(usage);
      const [first, ...others] = ofRun?.get(model) ?? [];
      ofRun?.set(model, others);
      if (first === undefined) return;
      for (const reservation of first.reservations) {
        if (reservation.counter.startsWith('tokens/'))
          usage.settle(reservation, counted.inputTokens + counted.outputTokens);
        else if (reservation.counter.startsWith('cost/') && first.price !== undefined)
          usage.settle(reservation, costOf(first.price, counted));
      }
    },
  };
}
