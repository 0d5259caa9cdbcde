import { counterWindow } from '@clawhold/policy';
import type { Grant, Obligation, Usage } from '@clawhold/spec';
import type { Gateway } from '../gateway/gateway.ts';

type Reserve = Extract<Obligation, { kind: 'reserve' }>;

interface Spending {
  readonly time: number;
  readonly amount: number;
}

/** What a run has spent, and the single-use grants that people gave it. */
export interface RunUsage extends Usage {
  /** Takes all of it or nothing; false when a limit would be passed. */
  reserve(obligations: readonly Reserve[]): Promise<boolean>;
  /** Gives back what was reserved and not used. */
  release(counter: string, amount: number): void;
  addGrant(grant: Grant): void;
  /** Uses a grant up; false when it is gone already. */
  takeGrant(grant: Grant['id']): boolean;
  /** The end of the run: nothing that was granted lives on. */
  clear(): void;
}

/**
 * Counters of the run and of its last seconds are kept here, where every question of the run is asked; those of a day
 * are shared between runs, so the gateway keeps them and only their last known value is here.
 *
 * @param now milliseconds since 1970.
 */
export function createRunUsage(agent: string, gateway: Pick<Gateway, 'reserve'>, now: () => number): RunUsage {
  const counters = new Map<string, Spending[]>();
  const days = new Map<string, number>();
  const grants = new Map<string, Grant>();

  const dayName = (counter: string): string => `${agent}/${counter}/${new Date(now()).toISOString().slice(0, 10)}`;

  function spent(counter: string): number {
    const window = counterWindow(counter);
    if (window.kind === 'day') return days.get(dayName(counter)) ?? 0;
    const oldest = window.kind === 'run' ? 0 : now() - window.seconds * 1_000;
    const spending = (counters.get(counter) ?? []).filter(({ time }) => time > oldest);
    counters.set(counter, spending);
    return spending.reduce((sum, { amount }) => sum + amount, 0);
  }

  function add(counter: string, amount: number): void {
    const window = counterWindow(counter);
    const [total, ...rest] = counters.get(counter) ?? [];
    // A run's counter is one sum; a sliding one has to forget single amounts.
    if (window.kind === 'run') counters.set(counter, [{ time: now(), amount: (total?.amount ?? 0) + amount }]);
    else counters.set(counter, [...(total === undefined ? [] : [total]), ...rest, { time: now(), amount }]);
  }

  async function reserveDay({ counter, amount, limit }: Reserve): Promise<boolean> {
    const name = dayName(counter);
    if (amount <= 0) return (days.get(name) ?? 0) < limit;
    const { granted, spent: total } = await gateway.reserve({ counter: name, amount, limit });
    days.set(name, total);
    return granted;
  }

  return {
    spent,
    grant(action) {
      const grant = grants.get(action);
      if (grant === undefined || Date.parse(grant.expires) <= now()) return undefined;
      return grant;
    },
    async reserve(obligations) {
      const own = obligations.filter(({ counter }) => counterWindow(counter).kind !== 'day');
      // No await between looking and taking: parallel calls of a run cannot both take the last of it.
      if (own.some(({ counter, amount, limit }) => spent(counter) + amount > limit)) return false;
      for (const { counter, amount } of own) add(counter, amount);
      for (const shared of obligations) {
        if (counterWindow(shared.counter).kind !== 'day' || (await reserveDay(shared))) continue;
        for (const { counter, amount } of own) add(counter, -amount);
        return false;
      }
      return true;
    },
    release: (counter, amount) => {
      if (counterWindow(counter).kind !== 'day') add(counter, -amount);
    },
    addGrant: (grant) => void grants.set(grant.action, grant),
    takeGrant(id) {
      for (const [action, grant] of grants) if (grant.id === id) return grants.delete(action);
      return false;
    },
    clear: () => grants.clear(),
  };
}
