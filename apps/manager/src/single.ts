import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ClawholdError } from '@clawhold/spec';

/** What `manager.json` in the home says of the manager that runs there. A process is its id and its start time. */
export interface RunningManager {
  readonly pid: number;
  readonly startTime: string;
  readonly url?: string;
  readonly tier?: string;
}

/** Field 22 of proc_pid_stat(5), counted after the name, which may itself hold blanks and brackets. */
function startTimeOf(pid: number | 'self'): string | undefined {
  const path = `/proc/${pid}/stat`;
  if (!existsSync(path)) return undefined;
  const stat = readFileSync(path, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}

/** The manager that runs on this home, or undefined. */
function runningManager(home: string): RunningManager | undefined {
  try {
    const found = JSON.parse(readFileSync(join(home, 'manager.json'), 'utf8')) as RunningManager; // we wrote it below
    return startTimeOf(found.pid) === found.startTime ? found : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Makes this process the manager of the home; call again to add what became known.
 *
 * @throws ClawholdError `state_already_up` when another one is.
 */
export function becomeManager(home: string, known: Pick<RunningManager, 'url' | 'tier'> = {}): () => void {
  const other = runningManager(home);
  if (other !== undefined && other.pid !== process.pid)
    throw new ClawholdError('state_already_up', `Clawhold is already running here (process ${other.pid}).`, {
      hint: 'See it with "npx clawhold status", stop it with "npx clawhold down".',
    });
  const path = join(home, 'manager.json');
  const self: RunningManager = { pid: process.pid, startTime: startTimeOf('self') ?? '', ...known };
  writeFileSync(`${path}.new`, JSON.stringify(self), { mode: 0o600 });
  renameSync(`${path}.new`, path);
  return () => rmSync(path, { force: true });
}
