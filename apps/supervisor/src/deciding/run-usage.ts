import { counterOwner, counterWindow } from '@clawhold/policy';
import type { Grant, Obligation, RunId, Usage } from '@clawhold/spec';
import type { Gateway } from '../gateway/gateway.ts';
import { SharedCounter } from './shared-counter.ts';
import { SharedWindow } from './shared-window.ts';

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

/** Of a run's own clock: seconds since it was opened first. */
const wallCounter = 'wall/run';

/** Whose usage it is, and since when: milliseconds since 1970. */
export interface UsageOwner {
  readonly run: RunId;
  readonly agent: string;
  readonly began: number;
}

/**
 * What a run, an agent or everyone may spend is counted by the gateway: a run that goes on after a crash has spent what it
 * spent before, and parallel runs of an agent share its bursts and its day.
 *
 * @param now milliseconds since 1970.
 */
export function createRunUsage(
  { run, agent, began }: UsageOwner,
  gateway: Pick<Gateway, 'reserve'>,
  now: () => number,
): RunUsage {
  const windows = new Map<string, SharedWindow>();
  const shared = new Map<string, SharedCounter>();
  const grants = new Map<string, Grant>();
  const owners = { run: `${run}/`, agent: `${agent}/`, everyone: '' } as const;

  /** As the gateway knows it: a new day is another counter. */
  function sharedName(counter: string): string {
    const day = counterWindow(counter).kind === 'day' ? `/${new Date(now()).toISOString().slice(0, 10)}` : '';
    return `${owners[counterOwner(counter)]}${counter}${day}`;
  }

  function sharedOf(counter: string): SharedCounter {
    const name = sharedName(counter);
    const known = shared.get(name) ?? new SharedCounter(name, gateway);
    shared.set(name, known);
    return known;
  }

  function windowOf(counter: string, seconds: number): SharedWindow {
    const known = windows.get(counter) ?? new SharedWindow(sharedName(counter), seconds, gateway, now);
    windows.set(counter, known);
    return known;
  }

  function spent(counter: string): number {
    if (counter === wallCounter) return (now() - began) / 1_000;
    const window = counterWindow(counter);
    return window.kind === 'seconds' ? windowOf(counter, window.seconds).spent : sharedOf(counter).spent;
  }

  async function take({ counter, amount, limit }: Reserve): Promise<Reserved | undefined> {
    const window = counterWindow(counter);
    if (window.kind === 'seconds') {
      const taken = await windowOf(counter, window.seconds).take(amount, limit);
      return taken ? reserved(counter, amount, () => undefined) : undefined;
    }
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
      // Bursts last: what is taken of them is not given back.
      const isBurst = ({ counter }: Reserve): number => (counterWindow(counter).kind === 'seconds' ? 1 : 0);
      try {
        for (const wanted of obligations.toSorted((a, b) => isBurst(a) - isBurst(b))) {
          const counted = await take(wanted);
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
