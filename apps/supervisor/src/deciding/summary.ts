import { ledgerEvent, type RunId } from '@clawhold/spec';
import type { Gateway } from '../gateway/gateway.ts';

/** Allowed reads are not written one by one: their number goes to the ledger once a second at the latest. */
export interface ReadSummary {
  count(run: RunId): void;
  /** Adds bytes that an allowed request sent. */
  addBytes(run: RunId, bytes: number): void;
  /** Writes what is counted, by itself every second; what could not be written is in the next sum. */
  flush(): Promise<void>;
  close(): void;
}

/** The stated loss window of allowed reads, in milliseconds. */
const windowMilliseconds = 1_000;

export function createReadSummary(gateway: Pick<Gateway, 'appendEvents'>): ReadSummary {
  let counts = new Map<RunId, { allowed: number; bytes: number }>();
  let since = new Date();

  async function flush(): Promise<void> {
    const [taken, began] = [counts, since];
    counts = new Map();
    since = new Date();
    if (taken.size === 0) return;
    const events = [...taken].map(([run, { allowed, bytes }]) =>
      ledgerEvent('egress.summarised', { allowed, bytes, since: began.toISOString() }, { actor: 'supervisor', run }),
    );
    try {
      await gateway.appendEvents({ events });
    } catch (error) {
      for (const [run, { allowed, bytes }] of taken) add(run, allowed, bytes);
      since = began;
      throw error;
    }
  }

  function add(run: RunId, allowed: number, bytes: number): void {
    const known = counts.get(run) ?? { allowed: 0, bytes: 0 };
    counts.set(run, { allowed: known.allowed + allowed, bytes: known.bytes + bytes });
  }

  const timer = setInterval(() => void flush().catch(() => undefined), windowMilliseconds);
  timer.unref();
  return {
    count: (run) => add(run, 1, 0),
    addBytes: (run, bytes) => add(run, 0, bytes),
    flush,
    close: () => clearInterval(timer),
  };
}
