import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ClawholdError, processStart } from '@clawhold/spec';

/**
 * Says in the data folder which process runs the database, so that a second one does not take its postmaster for an
 * orphan and stop it. A process is its id and its start time, because ids are reused.
 *
 * This is a guard against a mistake, not a lock: whoever starts whole installations takes a lock of its own.
 *
 * @throws ClawholdError `database_in_use` when a living process, this one included, already owns the database.
 */
export async function claim(dataFolder: string): Promise<() => Promise<void>> {
  const path = join(dataFolder, 'owner');
  const [pid = '', startTime = ''] = (await readFile(path, 'utf8').catch(() => '')).split(' ');
  if (startTime !== '' && (await processStartTime(pid)) === startTime)
    throw new ClawholdError('database_in_use', `Process ${pid} already runs this database.`, {
      hint: 'Use the Clawhold that is running, or stop it with "npx clawhold down".',
    });
  await writeFile(path, `${process.pid} ${await processStartTime('self')}`, { mode: 0o600 });
  return () => rm(path, { force: true });
}

async function processStartTime(pid: string): Promise<string> {
  if (!/^(\d+|self)$/.test(pid)) return '';
  return processStart(await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''));
}
