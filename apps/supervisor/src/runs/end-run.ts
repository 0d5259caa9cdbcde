import type { RunId } from '@clawhold/spec';
import type { LiveRun } from './live-run.ts';
import type { LiveRuns } from './live-runs.ts';
import { writeStopMark } from './run-folder.ts';

/** Ends a run in the regular way: its sandbox goes, its files stay for diff, keep and discard. */
export async function closeRun(runs: LiveRuns, run: RunId): Promise<void> {
  const live = runs.find(run);
  if (live !== undefined) await killAll(live);
}

/**
 * Stops runs for good: no further byte passes and no process runs when this settles. Network first, because a frozen
 * process can still have bytes on their way; then the kernel's kill, which needs no freeze before it.
 */
export async function stopRuns(root: string, runs: LiveRuns, run: RunId | undefined): Promise<readonly RunId[]> {
  const targets = run === undefined ? runs.all() : [runs.find(run)].filter((found) => found !== undefined);
  if (run !== undefined) runs.markStopped(run);
  for (const target of targets) runs.markStopped(target.id);
  await Promise.all(targets.map(end));
  // A later process knows it as well. Not before the end: a full disk does not hold up a stop.
  const marked = new Set([...targets.map(({ id }) => id), ...(run === undefined ? [] : [run])]);
  await Promise.all([...marked].map((one) => writeStopMark(root, one)));
  return targets.map(({ id }) => id);
}

/** Ends every sandbox without stopping the runs: after a lost lease they may go on in another one. */
export async function endAll(runs: LiveRuns): Promise<void> {
  await Promise.all(runs.all().map(end));
}

async function end(run: LiveRun): Promise<void> {
  for (const attachment of run.attachments) attachment.close();
  run.beside.closeDoors();
  run.usage.clear();
  await killAll(run);
}

async function killAll({ sandbox, beside }: LiveRun): Promise<void> {
  await Promise.all([sandbox.kill(), beside.kill()]);
}
