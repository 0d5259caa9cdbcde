import type { PreparedRecord, Receipt, SealedBatch } from '@clawhold/ledger';
import { ledgerClosed } from './errors.ts';

interface Waiting {
  readonly records: readonly PreparedRecord[];
  readonly resolve: (receipts: readonly Receipt[]) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Gathers what callers append at the same time and commits it together: while one batch waits for the disk, the next
 * one fills. What a caller appends in one call stays together, in its order, and is stored whole or not at all.
 */
export class GroupCommit {
  readonly #commit: (records: readonly PreparedRecord[]) => Promise<SealedBatch>;
  readonly #batchRecords: number;
  #waiting: Waiting[] = [];
  #working: Promise<void> | undefined;
  #isClosed = false;

  constructor(commit: (records: readonly PreparedRecord[]) => Promise<SealedBatch>, batchRecords: number) {
    this.#commit = commit;
    this.#batchRecords = batchRecords;
  }

  append(records: readonly PreparedRecord[]): Promise<readonly Receipt[]> {
    if (this.#isClosed) return Promise.reject(ledgerClosed());
    if (records.length === 0) return Promise.resolve([]);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ records, resolve, reject });
      this.#working ??= this.#work();
    });
  }

  /** Commits what waits, and takes nothing more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#working;
  }

  async #work(): Promise<void> {
    // Callers that append in the same turn of the event loop share the first batch too.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const group = this.#nextGroup();
      try {
        const sealed = await this.#commit(group.flatMap(({ records }) => records));
        settle(group, sealed);
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    // In the same turn as the last look at the queue: whoever appends after it starts the work again.
    this.#working = undefined;
  }

  #nextGroup(): readonly Waiting[] {
    let records = 0;
    const beyond = this.#waiting.findIndex((waiting) => {
      records += waiting.records.length;
      return records > this.#batchRecords;
    });
    // A single append that is larger than a batch is still one transaction.
    return this.#waiting.splice(0, beyond === -1 ? this.#waiting.length : Math.max(beyond, 1));
  }
}

function settle(group: readonly Waiting[], { records, batch }: SealedBatch): void {
  let start = 0;
  for (const waiting of group) {
    const end = start + waiting.records.length;
    waiting.resolve(records.slice(start, end).map(({ sequence, time }) => ({ sequence, time, head: batch.head })));
    start = end;
  }
}
