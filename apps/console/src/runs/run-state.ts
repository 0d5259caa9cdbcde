import type { Run } from '@clawhold/client';
import type { Tone } from '../look/tone.ts';

type SelfCheck = NonNullable<Run['selfCheck']>;

/** What a check of its own result makes of a run that finished. */
export const checkTones: Readonly<Record<SelfCheck, Tone>> = { met: 'good', unmet: 'warn', unverified: 'warn' };

export const stateTones: Readonly<Record<Run['state'], Tone>> = {
  queued: 'calm',
  running: 'accent',
  waiting: 'warn',
  unknown: 'bad',
  finished: 'good',
  failed: 'bad',
  stopped: 'calm',
};

/** Whether something may still happen: also while it waits for a person. */
export function isGoingOn({ state }: Run): boolean {
  return state !== 'finished' && state !== 'failed' && state !== 'stopped';
}

/** Whether the person may decide about its files. */
export function hasEnded(run: Run): boolean {
  return !isGoingOn(run);
}
