import { readlink, realpath, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { ClawholdError } from '@clawhold/spec';
import { postmasterPath, readPostmasterFile } from './postmaster-file.ts';

/** How long an orphan may take to shut down before it is made to, in milliseconds. */
const patience = 20_000;
const interval = 20;

/**
 * Stops the postmaster that an earlier owner left behind when it was killed, and removes its locks.
 *
 * A process id can be reused, so only a process that stands in our cluster's folder is our postmaster. One that is dead
 * but not yet reaped (a container whose first process does not wait) stands nowhere: it counts as gone, although
 * PostgreSQL itself would take it for alive.
 *
 * @throws ClawholdError `database_in_use` when it does not end.
 */
export async function stopOrphan(cluster: string): Promise<void> {
  const file = await readPostmasterFile(cluster);
  if (file === undefined) return;
  const folder = await realpath(cluster);
  // SIGINT is PostgreSQL's fast shutdown: clients are disconnected, nothing is lost. SIGQUIT makes it recover later.
  const ended = (await stops(file.pid, folder, 'SIGINT')) || (await stops(file.pid, folder, 'SIGQUIT'));
  if (!ended)
    throw new ClawholdError('database_in_use', `An earlier PostgreSQL (process ${file.pid}) does not stop.`, {
      hint: `End it with "kill -9 ${file.pid}" and start again; nothing that was recorded is lost.`,
    });
  await rm(postmasterPath(cluster), { force: true });
}

async function stops(pid: number, folder: string, signal: NodeJS.Signals): Promise<boolean> {
  if (!(await standsIn(pid, folder))) return true;
  process.kill(pid, signal);
  for (let waited = 0; waited < patience; waited += interval) {
    if (!(await standsIn(pid, folder))) return true;
    await sleep(interval);
  }
  return false;
}

async function standsIn(pid: number, folder: string): Promise<boolean> {
  return (await readlink(`/proc/${pid}/cwd`).catch(() => '')) === folder;
}
