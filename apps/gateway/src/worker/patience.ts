import { setTimeout as sleep } from 'node:timers/promises';
import { ClawholdError } from '@clawhold/spec';

/** Waiting times between attempts, in milliseconds: the first, and the longest. */
const firstWait = 100;
const longestWait = 5_000;

/** Whether a process of ours is away and may come back, as against an answer that we do not like. */
export function isAway(error: unknown): error is ClawholdError {
  if (!(error instanceof ClawholdError)) return false;
  // An untrusted channel is one whose other end was replaced and does not know our key yet, or any more.
  return error.status === 503 || ['channel_unreachable', 'channel_lost', 'channel_untrusted'].includes(error.code);
}

export interface Patience {
  /** Ends the waiting; the call then rejects with the signal's reason. */
  readonly signal: AbortSignal;
  /** Hears once that the other process is away, and once that it is back. */
  readonly onAway?: (error: ClawholdError) => Promise<void>;
  readonly onBack?: () => Promise<void>;
}

/** Asks again and again while the process that is asked is away. Only for what may be asked twice. */
export async function patiently<Answer>(
  ask: () => Promise<Answer>,
  { signal, onAway, onBack }: Patience,
): Promise<Answer> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      const answer = await ask();
      if (attempt > 0) await onBack?.();
      return answer;
    } catch (error) {
      signal.throwIfAborted();
      if (!isAway(error)) throw error;
      if (attempt === 0) await onAway?.(error);
      await sleep(Math.min(firstWait * 2 ** attempt, longestWait), undefined, { signal }).catch(() => undefined);
      signal.throwIfAborted();
    }
  }
}
