import { ledgerEvent, type RunId } from '@clawhold/spec';
import type { Gateway } from '../gateway/gateway.ts';

/** Allowed reads are not written one by one: their number goes to the ledger once a second at the latest. */
export interface ReadSummary {
  count(run: RunId, bytes?: number): void;
  /** Writes what is counted; called by itself every second and before a run ends. */
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
    await gateway.appendEvents({ events });
  }

  const timer = setInterval(() => void flush().catch(() => undefined), windowMilliseconds);
  timer.unref();
  return {
    count(run, bytes = 0) {
      const known = counts.get(run) ?? { allowed: 0, bytes: 0 };
      counts.set(run, { allowed: known.allowed + 1, bytes: known.bytes + bytes });
    },
    flush,
    close: () => clearInterval(timer),
  };
}
