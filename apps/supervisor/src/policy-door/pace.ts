import { limits, type RunId } from '@clawhold/spec';
import { createWindowCounter, type WindowCounter } from '../deciding/window-counter.ts';
import { Refused } from './answer.ts';

/** Keeps one sandbox from asking more than a person, or this process, can take. */
export interface Pace {
  /** @throws Refused 429. */
  request(run: RunId): void;
  /** Counts one that waits, and says how to stop counting. @throws Refused 429. */
  wait(run: RunId): () => void;
  forget(run: RunId): void;
}

const minute = 60_000;

/** @param now milliseconds since 1970. */
export function createPace(now: () => number): Pace {
  const runs = new Map<RunId, { readonly requests: WindowCounter; waiting: number }>();
  const of = (run: RunId): { readonly requests: WindowCounter; waiting: number } => {
    const own = runs.get(run) ?? { requests: createWindowCounter(minute), waiting: 0 };
    runs.set(run, own);
    return own;
  };
  return {
    request(run) {
      const { requests } = of(run);
      if (requests.spent(now()) >= limits.policyRequestsPerMinute)
        throw tooMany(`More than ${limits.policyRequestsPerMinute} requests in a minute.`);
      requests.add(1, now());
    },
    wait(run) {
      const own = of(run);
      if (own.waiting >= limits.policyWaits)
        throw tooMany(`More than ${limits.policyWaits} requests of this sandbox wait already.`);
      own.waiting++;
      return () => void own.waiting--;
    },
    forget: (run) => void runs.delete(run),
  };
}

function tooMany(message: string): Refused {
  return new Refused(
    429,
    'too_many',
    message,
    'Wait a minute; asking more often does not help.',
    {},
    { 'retry-after': '60' },
  );
}
