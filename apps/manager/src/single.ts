import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunningManager } from '@clawhold/spec';
import { ClawholdError } from '@clawhold/spec/error';
import { processStart } from '@clawhold/spec/process-start';

function startTimeOf(pid: number | 'self'): string | undefined {
  const path = `/proc/${pid}/stat`;
  return existsSync(path) ? processStart(readFileSync(path, 'utf8')) : undefined;
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
