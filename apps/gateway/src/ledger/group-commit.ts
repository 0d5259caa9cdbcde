import type { PreparedRecord, Receipt, SealedBatch } from '@clawhold/ledger';
import type { Appender } from './appender.ts';
import { ledgerClosed } from './errors.ts';

interface Waiting {
  readonly records: readonly PreparedRecord[];
  readonly resolve: (receipts: readonly Receipt[]) => void;
  readonly reject: (error: unknown) => void;
}

interface Group {
  readonly waiting: readonly Waiting[];
  readonly sealed: SealedBatch;
}

/** What {@link GroupCommit} needs of an appender. */
export type BatchStore = Pick<Appender, 'ready' | 'seal' | 'store' | 'continues'>;

/**
 * Gathers what callers append at the same time and commits it together: while one batch waits for the disk, the next
 * one fills, and when it is full it is sealed meanwhile. What a caller appends in one call stays together, in its order,
 * and is stored whole or not at all.
 */
export class GroupCommit {
  readonly #store: BatchStore;
  readonly #batchRecords: number;
  #waiting: Waiting[] = [];
  #waitingRecords = 0;
  #working: Promise<void> | undefined;
  #isClosed = false;

  constructor(store: BatchStore, batchRecords: number) {
    this.#store = store;
    this.#batchRecords = batchRecords;
  }

  append(records: readonly PreparedRecord[]): Promise<readonly Receipt[]> {
    if (this.#isClosed) return Promise.reject(ledgerClosed());
    if (records.length === 0) return Promise.resolve([]);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ records, resolve, reject });
      this.#waitingRecords += records.length;
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
    let ahead: Group | undefined;
    while (ahead !== undefined || this.#waiting.length > 0) ahead = await this.#commitNext(ahead);
    // In the same turn as the last look at the queue: whoever appends after it starts the work again.
    this.#working = undefined;
  }

  /** Commits one group. Answers with the next one if it was full and could be sealed meanwhile. */
  async #commitNext(prepared: Group | undefined): Promise<Group | undefined> {
    const group = prepared ?? (await this.#sealWhenReady());
    if (group === undefined) return undefined;
    const storing = this.#store.store(group.sealed);
    const ahead = this.#waitingRecords >= this.#batchRecords ? this.#sealGroup(this.#takeGroup()) : undefined;
    try {
      await storing;
      settle(group);
    } catch (error) {
      for (const { reject } of group.waiting) reject(error);
    }
    if (ahead === undefined || this.#store.continues(ahead.sealed)) return ahead;
    // It was sealed onto a batch that is not there: back to the front of the queue.
    this.#waiting.unshift(...ahead.waiting);
    this.#waitingRecords += ahead.sealed.records.length;
    return undefined;
  }

  async #sealWhenReady(): Promise<Group | undefined> {
    try {
      await this.#store.ready();
    } catch (error) {
      // Whoever came while the database was sought gets the same answer, not another wait of its own.
      for (const { reject } of this.#waiting.splice(0)) reject(error);
      this.#waitingRecords = 0;
      return undefined;
    }
    return this.#sealGroup(this.#takeGroup());
  }

  #sealGroup(waiting: readonly Waiting[]): Group {
    return { waiting, sealed: this.#store.seal(waiting.flatMap(({ records }) => records)) };
  }

  /** A single append that is larger than a batch is still one transaction. */
  #takeGroup(): readonly Waiting[] {
    let records = 0;
    const beyond = this.#waiting.findIndex((waiting) => {
      records += waiting.records.length;
      return records > this.#batchRecords;
    });
    const group = this.#waiting.splice(0, beyond === -1 ? this.#waiting.length : Math.max(beyond, 1));
    for (const waiting of group) this.#waitingRecords -= waiting.records.length;
    return group;
  }
}

function settle({ waiting: group, sealed: { records, batch } }: Group): void {
  let start = 0;
  for (const waiting of group) {
    const end = start + waiting.records.length;
    waiting.resolve(records.slice(start, end).map(({ sequence, time }) => ({ sequence, time, head: batch.head })));
    start = end;
  }
}
