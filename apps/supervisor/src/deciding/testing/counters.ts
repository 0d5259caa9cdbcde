import { setImmediate as turn } from 'node:timers/promises';

interface Taking {
  readonly counter: string;
  readonly amount: number;
  readonly limit: number;
  readonly seconds?: number | undefined;
}

interface Taken {
  readonly granted: boolean;
  readonly spent: number;
  readonly clearsIn?: number;
}

/** The gateway's counters, as its database keeps them. */
export interface Counters {
  /** How often they were asked. */
  calls: number;
  readonly totals: Map<string, number>;
  reserve(taking: Taking): Promise<Taken>;
}

/** @param now milliseconds since 1970. */
export function memoryCounters(now: () => number = Date.now): Counters {
  const totals = new Map<string, number>();
  const takings = new Map<string, readonly { readonly at: number; readonly amount: number }[]>();

  function within({ counter, amount, limit }: Taking, milliseconds: number): Taken {
    const counted = (takings.get(counter) ?? []).filter(({ at }) => at > now() - milliseconds);
    const before = counted.reduce((sum, one) => sum + one.amount, 0);
    const granted = before + amount <= limit;
    takings.set(counter, granted ? [...counted, { at: now(), amount }] : counted);
    const clearsIn = (counted[0]?.at ?? now()) + milliseconds - now();
    return { granted, spent: granted ? before + amount : before, clearsIn };
  }

  return {
    calls: 0,
    totals,
    async reserve(taking) {
      this.calls++;
      await turn();
      const { counter, amount, limit, seconds } = taking;
      if (seconds !== undefined) return within(taking, seconds * 1_000);
      const before = totals.get(counter) ?? 0;
      const granted = before + amount <= limit;
      if (granted) totals.set(counter, before + amount);
      return { granted, spent: totals.get(counter) ?? 0 };
    },
  };
}

export const tester = {
  run: 'run_0123456789',
  agent: 'tour',
  began: Date.parse('2026-11-22T12:00:00Z'),
} as const;
