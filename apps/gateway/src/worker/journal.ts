import { DBOS, type DLogger } from '@dbos-inc/dbos-sdk';
import pg from 'pg';

export interface Journal extends AsyncDisposable {
  /** Resolves with one sentence when the database is gone; never rejects. */
  readonly lost: Promise<string>;
}

/**
 * Names the shape of the workflows. A run that is under way goes on only under the shape it was begun with, so this
 * changes when the order or the names of the steps in `runRun` or `runStep` change, and only then.
 */
const workflowShape = 'runs-1';

/** How often DBOS looks for what we do not use. */
const idleMilliseconds = 3_600_000;

/** Starts working off the journal; workflows must be registered before. Runs that were under way go on by themselves. */
export async function openJournal(databaseUrl: string): Promise<Journal> {
  const lifeline = new pg.Client({ connectionString: databaseUrl, application_name: 'clawhold worker lifeline' });
  const { promise: lost, resolve } = Promise.withResolvers<string>();
  const report = (): void => resolve('The worker lost the database.');
  lifeline.once('error', report).once('end', report);
  // Only once: a second error without a listener would end the process with a stack trace.
  lifeline.on('error', () => undefined);
  await lifeline.connect();
  DBOS.setConfig({
    name: 'clawhold',
    systemDatabaseUrl: databaseUrl,
    systemDatabasePoolSize: 8,
    applicationVersion: workflowShape,
    // One worker for each installation: whatever an earlier process left is ours.
    executorID: 'worker',
    // Runs use neither schedules nor DBOS's events and streams; by default it looks for the latter a hundred times a second.
    schedulerPollingIntervalMs: idleMilliseconds,
    notificationCoalesceMs: idleMilliseconds,
    logger,
  });
  await DBOS.launch();
  return {
    lost,
    [Symbol.asyncDispose]: async () => {
      await DBOS.shutdown();
      lifeline.removeAllListeners('end');
      await lifeline.end().catch(() => undefined);
    },
  };
}

/** Stdout belongs to the readiness line. Only names of errors: their words may hold what people and agents said. */
const logger: DLogger = {
  info: () => undefined,
  debug: () => undefined,
  warn: () => undefined,
  error: (error) => {
    const name = error instanceof Error ? error.name : 'error';
    const code = error instanceof Error && 'code' in error ? ` ${String(error.code)}` : '';
    process.stderr.write(`worker: the journal reports ${name}${code}\n`);
  },
};
