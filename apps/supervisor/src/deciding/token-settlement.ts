import type { Decision } from '@clawhold/spec';
import type { Reserve, RunUsage } from './run-usage.ts';

/**
 * Puts the tokens that a model really used in the place of the upper estimate that was reserved for the request. Which
 * of several requests to one model ended does not matter: the sum is the same. A request that never ends in a count
 * keeps what it reserved, because nobody knows what it used.
 */
export interface TokenSettlement {
  /** @param model `provider/model`. */
  reserved(usage: RunUsage, model: string, decision: Decision): void;
  used(usage: RunUsage, model: string, tokens: number): void;
}

export function createTokenSettlement(): TokenSettlement {
  const waiting = new WeakMap<RunUsage, Map<string, (readonly Reserve[])[]>>();
  return {
    reserved(usage, model, { obligations }) {
      const tokens = obligations.filter(
        (obligation): obligation is Reserve =>
          obligation.kind === 'reserve' && obligation.counter.startsWith('tokens/'),
      );
      const ofRun = waiting.get(usage) ?? new Map<string, (readonly Reserve[])[]>();
      waiting.set(usage, ofRun.set(model, [...(ofRun.get(model) ?? []), tokens]));
    },
    used(usage, model, tokens) {
      const reservations = waiting.get(usage)?.get(model)?.shift() ?? [];
      for (const reservation of reservations) usage.settle(reservation, tokens);
    },
  };
}
