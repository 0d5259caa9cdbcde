import { setImmediate as turn } from 'node:timers/promises';

interface Taking {
  readonly counter: string;
  readonly amount: number;
  readonly limit: number;
}

/** The gateway's counters, as its database keeps them. */
export interface Counters {
  /** How often they were asked. */
  calls: number;
  readonly totals: Map<string, number>;
  reserve(taking: Taking): Promise<{ granted: boolean; spent: number }>;
}

export function memoryCounters(): Counters {
  const totals = new Map<string, number>();
  return {
    calls: 0,
    totals,
    async reserve({ counter, amount, limit }) {
      this.calls++;
      await turn();
      const before = totals.get(counter) ?? 0;
      const granted = before + amount <= limit;
      if (granted) totals.set(counter, before + amount);
      return { granted, spent: totals.get(counter) ?? 0 };
    },
  };
}

export const tester = { run: 'run_0123456789', agent: 'tour' } as const;
