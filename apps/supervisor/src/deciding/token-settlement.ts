import { type CountedTokens, costOf } from '@clawhold/policy';
import type { ModelPrice } from '@clawhold/spec';
import type { Reserved, RunUsage } from './run-usage.ts';

/**
 * Puts the tokens that a model really used, and what they cost, in the place of the upper estimate that was reserved for
 * the request. Which of several requests to one model ended does not matter: the sum is the same. A request that never ends
 * in a count keeps what it reserved, because nobody knows what it used.
 */
export interface TokenSettlement {
  /**
   * @param model `provider/model`.
   * @param reserved what was taken for the request.
   * @param price at which the cost was reserved; undefined when nothing counts it.
   */
  reserved(usage: RunUsage, model: string, reserved: readonly Reserved[], price?: ModelPrice): void;
  used(usage: RunUsage, model: string, counted: CountedTokens): void;
}

interface Waiting {
  readonly reservations: readonly Reserved[];
  readonly price: ModelPrice | undefined;
}

export function createTokenSettlement(): TokenSettlement {
  const waiting = new WeakMap<RunUsage, Map<string, readonly Waiting[]>>();
  return {
    reserved(usage, model, reservations, price) {
      const ofRun = waiting.get(usage) ?? new Map<string, readonly Waiting[]>();
      waiting.set(usage, ofRun.set(model, [...(ofRun.get(model) ?? []), { reservations, price }]));
    },
    used(usage, model, counted) {
      const ofRun = waiting.get(usage);
      const [first, ...others] = ofRun?.get(model) ?? [];
      ofRun?.set(model, others);
      if (first === undefined) return;
      for (const reservation of first.reservations) {
        if (reservation.counter.startsWith('tokens/')) reservation.settle(counted.inputTokens + counted.outputTokens);
        else if (reservation.counter.startsWith('cost/') && first.price !== undefined)
          reservation.settle(costOf(first.price, counted));
      }
    },
  };
}
