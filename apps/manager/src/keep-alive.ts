import { setTimeout as sleep } from 'node:timers/promises';
import { ClawholdError } from '@clawhold/spec/error';
import type { Child } from './child.ts';
import { report } from './report.ts';

/** Before the first attempt to start something again, in milliseconds. */
export const firstPause = 100;
const longestPause = 5_000;
/** A process that lived this long was well: its next end starts the pauses from the beginning. */
const healthyMilliseconds = 30_000;

/** Settles after that many milliseconds, or at once when the signal is aborted. */
export type Pause = (milliseconds: number, signal: AbortSignal) => Promise<void>;

export const sleepThrough: Pause = async (milliseconds, signal) => {
  await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
};

/** The pause after this one. */
export function longer(milliseconds: number): number {
  return Math.min(2 * milliseconds, longestPause);
}

/** A process that is started again whenever it ends. */
export interface Service {
  /** The one that runs now. */
  readonly current: () => Child;
  stop(): Promise<void>;
}

/**
 * Starts a process and keeps it running. The first start must work; later ones are tried again and again, with longer
 * and longer pauses, and each end is reported.
 */
export async function keepAlive(start: () => Promise<Child>, pause: Pause = sleepThrough): Promise<Service> {
  let child = await start();
  const stopping = new AbortController();

  async function watch(): Promise<void> {
    let milliseconds = firstPause;
    while (!stopping.signal.aborted) {
      const born = performance.now();
      await child.exited;
      if (stopping.signal.aborted) return;
      report({ kind: 'warning', message: `The ${child.name} process ended unexpectedly and is started again.` });
      if (performance.now() - born > healthyMilliseconds) milliseconds = firstPause;
      for (let started = false; !started && !stopping.signal.aborted; ) {
        await pause(milliseconds, stopping.signal);
        milliseconds = longer(milliseconds);
        if (stopping.signal.aborted) return;
        started = await start().then(
          (fresh) => {
            child = fresh;
            return true;
          },
          (error: unknown) => {
            const why = error instanceof ClawholdError ? error.message : 'It cannot be started.';
            report({ kind: 'warning', message: `${why} It is tried again.` });
            return false;
          },
        );
      }
    }
  }
  const watching = watch();

  return {
    current: () => child,
    async stop() {
      stopping.abort();
      await child.stop();
      await watching;
    },
  };
}
