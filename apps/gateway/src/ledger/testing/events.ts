import { type LedgerEvent, ledgerEvent } from '@clawhold/spec';

/** Events that can be told apart by the number of their steps. */
export function makeEvents(count: number, first = 0): readonly LedgerEvent[] {
  return Array.from({ length: count }, (_, index) =>
    ledgerEvent('run.ended', { state: 'done', steps: first + index }, { actor: 'worker', run: 'run_0123456789' }),
  );
}
