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

export function stateWord(state: Run['state']): string {
  return paints[state](state);
}
