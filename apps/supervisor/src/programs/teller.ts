import type { ProgramEvent } from '@clawhold/harness';
import type { Gateway } from '../gateway/gateway.ts';
import type { LiveRun } from '../runs/live-run.ts';

/** So much of what a program says is shown while it works; its answer is shown in any case. */
const mostWords = 200;
/** UTF-16 code units of one of them. */
const longestWords = 4_096;

/** Shows people what a program says while it works. A timeline that does not take it keeps no program from working. */
export function createTeller({ id }: Pick<LiveRun, 'id'>, gateway: Pick<Gateway, 'appendTimeline'>) {
  let told = 0;
  return async (events: readonly ProgramEvent[]): Promise<void> => {
    const fresh = events.slice(0, Math.max(0, mostWords - told));
    told += fresh.length;
    if (fresh.length === 0) return;
    const bodies = fresh.map(({ kind, text }) => ({
      kind: 'note' as const,
      level: kind === 'failed' ? ('warning' as const) : ('info' as const),
      text: text.slice(0, longestWords),
    }));
    await gateway.appendTimeline({ run: id, bodies }).catch((error: unknown) => console.error(error));
  };
}
