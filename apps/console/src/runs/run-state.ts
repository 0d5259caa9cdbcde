import type { Run } from '@clawhold/client';
import type { Tone } from '../look/tone.ts';

export const stateTones: Readonly<Record<Run['state'], Tone>> = {
  queued: 'calm',
  running: 'accent',
  waiting: 'warn',
  unknown: 'bad',
  finished: 'good',
  failed: 'bad',
  stopped: 'calm',
};

/** Whether something may still happen by itself. */
export function isGoingOn({ state }: Run): boolean {
  return state === 'queued' || state === 'running' || state === 'waiting';
}

/** Whether the person may decide about its files. */
export function hasEnded({ state }: Run): boolean {
  return state === 'finished' || state === 'failed' || state === 'stopped';
}
