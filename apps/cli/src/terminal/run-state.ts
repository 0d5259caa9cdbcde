import type { Run } from '@clawhold/client';
import { paint } from './output.ts';

const paints = {
  queued: paint.quiet,
  running: paint.accent,
  waiting: paint.warn,
  unknown: paint.warn,
  finished: paint.good,
  failed: paint.bad,
  stopped: paint.bad,
} as const;

/** The state of a run in a word, and in more of them when it finished without doing all that was asked. */
export function stateWord({ state, selfCheck }: Pick<Run, 'state' | 'selfCheck'>): string {
  if (selfCheck === 'unmet') return paint.warn('finished, not all met');
  if (selfCheck === 'unverified') return paint.warn('finished, unverified');
  return paints[state](state);
}
