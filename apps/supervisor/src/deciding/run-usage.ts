import { counterWindow } from '@clawhold/policy';
import type { Grant, Obligation, Usage } from '@clawhold/spec';
import type { Gateway } from '../gateway/gateway.ts';
import { createWindowCounter, type WindowCounter } from './window-counter.ts';

export type Reserve = Extract<Obligation, { kind: 'reserve' }>;

/** What a run has spent, and the single-use grants that people gave it. */
export interface RunUsage extends Usage {
  /** Takes all of it or nothing; false when a limit would be passed. */
  reserve(obligations: readonly Reserve[]): Promise<boolean>;
  /** Puts what was really used in the place of what was reserved; less gives back, more counts against the next one. */
  settle(reserved: Pick<Reserve, 'counter' | 'amount'>, used: number): void;
  addGrant(grant: Grant): void;
  /** Uses a grant up; false when it is gone already. */
  takeGrant(grant: Grant['id']): boolean;
  /** The end of the run: nothing that was granted lives on. */
  clear(): void;
}

/** Bytes come in many small pieces: so many are taken of a day at once, and the next pieces find them unused. */
const bytesAhead = 64 * 1024;

/** Of a run's own clock: seconds since it was opened here. */
const wallCounter = 'wall/run';

/**
 * Counters of the run and of its last seconds are kept here, where every question of the run is asked; those of a day
 * are shared between runs, so the gateway keeps them. What this run reserved there and did not use stays with it: the
 * next reservation takes that first, so a day's limit is never passed, and at most the last of it is lost.
 *
 * @param now milliseconds since 1970.
 */
export function createRunUsage(agent: string, gateway: Pick<Gateway, 'reserve'>, now: () => number): RunUsage {
  const began = now();
  const counters = new Map<string, WindowCounter>();
  const days = new Map<string, { total: number; unused: number }>();
  const grants = new Map<string, Grant>();

  const dayName = (counter: string): string => `${agent}/${counter}/${new Date(now()).toISOString().slice(0, 10)}`;

  function dayOf(counter: string): { total: number; unused: number } {
    const name = dayName(counter);
    const day = days.get(name) ?? { total: 0, unused: 0 };
    days.set(name, day);
    return day;
  }

  function counterOf(counter: string): WindowCounter {
    const window = counterWindow(counter);
    const known =
      counters.get(counter) ?? createWindowCounter(window.kind === 'seconds' ? window.seconds * 1_000 : null);
    counters.set(counter, known);
    return known;
  }

  function spent(counter: string): number {
    if (counter === wallCounter) return (now() - began) / 1_000;
    if (!isDay(counter)) return counterOf(counter).spent(now());
    const { total, unused } = dayOf(counter);
    return total - unused;
  }

  async function reserveDay({ counter, amount, limit }: Reserve): Promise<boolean> {
    const day = dayOf(counter);
    if (amount <= 0) return day.total - day.unused < limit;
    const fromUnused = Math.min(day.unused, amount);
    // Taken before the await: a parallel call cannot take the same again.
    day.unused -= fromUnused;
    if (fromUnused === amount) return true;
    const missing = amount - fromUnused;
    const take = async (much: number): Promise<boolean> => {
      const answer = await gateway.reserve({ counter: dayName(counter), amount: much, limit });
      day.total = Math.max(day.total, answer.spent);
      if (answer.granted) day.unused += much - missing;
      return answer.granted;
    };
    const ahead = counter.startsWith('egress/') ? Math.max(missing, bytesAhead) : missing;
    const granted = (await take(ahead)) || (ahead > missing && (await take(missing)));
    if (!granted) day.unused += fromUnused;
    return granted;
  }

  function settle({ counter, amount }: Pick<Reserve, 'counter' | 'amount'>, used: number): void {
    const unused = amount - used;
    if (isDay(counter)) dayOf(counter).unused += unused;
    else if (unused < 0) counterOf(counter).add(-unused, now());
    else counterOf(counter).giveBack(unused);
  }

  return {
    spent,
    grant(action) {
      const grant = grants.get(action);
      if (grant === undefined || Date.parse(grant.expires) <= now()) return undefined;
      return grant;
    },
    async reserve(obligations) {
      const taken: Reserve[] = [];
      const giveBack = (): false => {
        for (const reserved of taken) settle(reserved, 0);
        return false;
      };
      // No await between looking and taking: parallel calls of a run cannot both take the last of it.
      for (const own of obligations.filter(({ counter }) => !isDay(counter))) {
        const { counter, amount, limit } = own;
        if (spent(counter) + amount > limit) return giveBack();
        counterOf(counter).add(amount, now());
        taken.push(own);
      }
      for (const shared of obligations.filter(({ counter }) => isDay(counter))) {
        if (!(await reserveDay(shared))) return giveBack();
        taken.push(shared);
      }
      return true;
    },
    settle,
    addGrant: (grant) => void grants.set(grant.action, grant),
    takeGrant(id) {
      for (const [action, grant] of grants) if (grant.id === id) return grants.delete(action);
      return false;
    },
    clear: () => grants.clear(),
  };
}

function isDay(counter: string): boolean {
  return counterWindow(counter).kind === 'day';
}
