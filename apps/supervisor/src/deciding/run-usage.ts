import { counterWindow } from '@clawhold/policy';
import type { Grant, Obligation, RunId, Usage } from '@clawhold/spec';
import type { Gateway } from '../gateway/gateway.ts';
import { SharedCounter } from './shared-counter.ts';
import { createWindowCounter, type WindowCounter } from './window-counter.ts';

export type Reserve = Extract<Obligation, { kind: 'reserve' }>;

/** What was taken from a counter, of the window in which it was taken. */
export interface Reserved {
  readonly counter: string;
  readonly amount: number;
  /** Puts what was really used in its place, once; less gives back, more counts against the next one. */
  settle(used: number): void;
}

/** What a run has spent, and the single-use grants that people gave it. */
export interface RunUsage extends Usage {
  /** Takes all of it or nothing; undefined when a limit would be passed. Rejects, with nothing taken, when nobody counts. */
  reserve(obligations: readonly Reserve[]): Promise<readonly Reserved[] | undefined>;
  addGrant(grant: Grant): void;
  /** Uses a grant up; false when it is gone already. */
  takeGrant(grant: Grant['id']): boolean;
  /** The end of the run: nothing that was granted lives on. */
  clear(): void;
}

/** Bytes come in many small pieces: so many are taken at once, and the next pieces find them unused. */
const bytesAhead = 64 * 1024;

/** Of a run's own clock: seconds since it was opened here. */
const wallCounter = 'wall/run';

/**
 * Bursts, which are of the last seconds, are counted here, where every question of the run is asked. What a run or an agent's
 * day may spend is counted by the gateway: a run that goes on after a crash has spent what it spent before.
 *
 * @param now milliseconds since 1970.
 */
export function createRunUsage(
  { run, agent }: { readonly run: RunId; readonly agent: string },
  gateway: Pick<Gateway, 'reserve'>,
  now: () => number,
): RunUsage {
  const began = now();
  const bursts = new Map<string, WindowCounter>();
  const shared = new Map<string, SharedCounter>();
  const grants = new Map<string, Grant>();

  /** As the gateway knows it: a new day is another counter, and a granted rule has one for every run. */
  function sharedName(counter: string): string {
    const { kind } = counterWindow(counter);
    if (kind === 'ever') return counter;
    return kind === 'day' ? `${agent}/${counter}/${new Date(now()).toISOString().slice(0, 10)}` : `${run}/${counter}`;
  }

  function sharedOf(counter: string): SharedCounter {
    const name = sharedName(counter);
    const known = shared.get(name) ?? new SharedCounter(name, gateway);
    shared.set(name, known);
    return known;
  }

  function burstOf(counter: string, seconds: number): WindowCounter {
    const known = bursts.get(counter) ?? createWindowCounter(seconds * 1_000);
    bursts.set(counter, known);
    return known;
  }

  function spent(counter: string): number {
    if (counter === wallCounter) return (now() - began) / 1_000;
    const window = counterWindow(counter);
    return window.kind === 'seconds' ? burstOf(counter, window.seconds).spent(now()) : sharedOf(counter).spent;
  }

  function takeBurst({ counter, amount, limit }: Reserve, seconds: number): Reserved | undefined {
    const burst = burstOf(counter, seconds);
    if (burst.spent(now()) + amount > limit) return undefined;
    burst.add(amount, now());
    return reserved(counter, amount, (unused) => {
      if (unused < 0) burst.add(-unused, now());
      else burst.giveBack(unused);
    });
  }

  async function takeShared({ counter, amount, limit }: Reserve): Promise<Reserved | undefined> {
    // Of the day on which it is taken, whenever it is settled.
    const taken = sharedOf(counter);
    const ahead = counter.startsWith('egress/') ? bytesAhead : 0;
    if (!(await taken.take(amount, limit, ahead))) return undefined;
    return reserved(counter, amount, (unused) => taken.giveBack(unused));
  }

  return {
    spent,
    grant(action) {
      const grant = grants.get(action);
      if (grant === undefined || Date.parse(grant.expires) <= now()) return undefined;
      return grant;
    },
    async reserve(obligations) {
      const taken: Reserved[] = [];
      const giveBack = (): undefined => {
        for (const one of taken) one.settle(0);
      };
      const windows = obligations.map((wanted) => ({ wanted, window: counterWindow(wanted.counter) }));
      // No await between looking and taking: parallel calls of a run cannot both take the last of it.
      for (const { wanted, window } of windows) {
        if (window.kind !== 'seconds') continue;
        const burst = takeBurst(wanted, window.seconds);
        if (burst === undefined) return giveBack();
        taken.push(burst);
      }
      try {
        for (const { wanted, window } of windows) {
          if (window.kind === 'seconds') continue;
          const counted = await takeShared(wanted);
          if (counted === undefined) return giveBack();
          taken.push(counted);
        }
      } catch (error) {
        giveBack();
        throw error;
      }
      return taken;
    },
    addGrant: (grant) => void grants.set(grant.action, grant),
    takeGrant(id) {
      for (const [action, grant] of grants) if (grant.id === id) return grants.delete(action);
      return false;
    },
    clear: () => grants.clear(),
  };
}

function reserved(counter: string, amount: number, giveBack: (unused: number) => void): Reserved {
  let settled = false;
  return {
    counter,
    amount,
    settle(used) {
      if (!settled) giveBack(amount - used);
      settled = true;
    },
  };
}
