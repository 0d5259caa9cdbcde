import { ClawholdError } from '@clawhold/spec/error';
import type { InstallationDatabase } from './database.ts';
import { firstPause, longer, type Pause, sleepThrough } from './keep-alive.ts';
import { report } from './report.ts';

/** A database that is started again when it is lost. */
export interface KeptDatabase {
  readonly current: () => InstallationDatabase;
  stop(): Promise<void>;
}

/** Opens the database and opens it again, after growing pauses, whenever it ends unasked. The first time must work. */
export async function keepDatabase(
  open: () => Promise<InstallationDatabase>,
  pause: Pause = sleepThrough,
): Promise<KeptDatabase> {
  let database = await open();
  const stopping = new AbortController();

  async function reopen(): Promise<void> {
    for (let milliseconds = firstPause; !stopping.signal.aborted; milliseconds = longer(milliseconds)) {
      await pause(milliseconds, stopping.signal);
      if (stopping.signal.aborted) return;
      try {
        database = await open();
        return;
      } catch (error) {
        const why = error instanceof ClawholdError ? error.message : 'The database cannot be started.';
        report({ kind: 'warning', message: `${why} It is tried again.` });
      }
    }
  }

  async function watch(): Promise<void> {
    const stopped = new Promise<void>((resolve) => stopping.signal.addEventListener('abort', () => resolve()));
    while (!stopping.signal.aborted) {
      const error = await Promise.race([database.lost, stopped]);
      if (error === undefined || stopping.signal.aborted) return;
      report({ kind: 'warning', message: `${error.message} It is started again.` });
      await reopen();
    }
  }
  const watching = watch();

  return {
    current: () => database,
    async stop() {
      stopping.abort();
      await watching;
      await database.stop();
    },
  };
}
