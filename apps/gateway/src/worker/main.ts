import { announce } from '@clawhold/channel';
import { ClawholdError } from '@clawhold/spec';
import { readStartDocument } from './start-document.ts';
import { startWorker } from './start-worker.ts';

/**
 * The worker process. It has one way to end, on purpose: at once. Whatever it was doing is in the journal and goes on in
 * the next process; a tidy way out that only runs on good days would be a second way that nobody tests.
 */
async function main(): Promise<void> {
  const { start, orphaned } = await readStartDocument(3);
  const worker = await startWorker(start);
  announce({ kind: 'ready', detail: {} });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => process.exit(0));
  const reason = await Promise.race([worker.lost, orphaned.then(() => 'The service manager is gone.')]);
  process.stderr.write(`worker: ${reason}\n`);
  process.exit(1);
}

main().catch((error: unknown) => {
  const known = error instanceof ClawholdError;
  announce({
    kind: 'failed',
    code: known ? error.code : 'worker_start',
    message: known ? error.message : `The worker did not start (${error instanceof Error ? error.name : 'unknown'}).`,
    ...(known && error.hint !== undefined ? { hint: error.hint } : {}),
  });
  process.exitCode = 1;
  // What was opened before the failure must not keep the process alive.
  setImmediate(() => process.exit(1));
});
