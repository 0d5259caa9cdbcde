import type { LedgerEvent } from '@clawhold/spec';

/** The one way into the ledger for the rooms of the gateway: answers when the events are durable. */
export interface Recorder {
  append(events: readonly LedgerEvent[]): Promise<unknown>;
}
