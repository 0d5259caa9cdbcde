import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { ClawholdError } from '@clawhold/spec';

/** Where the state of the installation lies: `CLAWHOLD_HOME`, else `~/.clawhold`. */
export function homeFolder(): string {
  return resolve(process.env['CLAWHOLD_HOME'] ?? join(process.env['HOME'] ?? homedir(), '.clawhold'));
}

/** The manager that runs on a home, as it wrote itself down. */
export interface RunningManager {
  readonly pid: number;
  readonly startTime: string;
  readonly url?: string;
  readonly tier?: string;
}

/** The manager that runs on this home, or undefined. A process is its id and its start time: ids are reused. */
export function findManager(home: string): RunningManager | undefined {
  const path = join(home, 'manager.json');
  if (!existsSync(path)) return undefined;
  const found = JSON.parse(readFileSync(path, 'utf8')) as RunningManager; // written by the manager, in one step
  return startTimeOf(found.pid) === found.startTime ? found : undefined;
}

/** Field 22 of proc_pid_stat(5), counted after the name, which may itself hold blanks and brackets. */
function startTimeOf(pid: number): string | undefined {
  const path = `/proc/${pid}/stat`;
  if (!existsSync(path)) return undefined;
  const stat = readFileSync(path, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}

/** The operator's token. @throws ClawholdError `auth_no_token` when this account may not read it. */
export function readToken(home: string): string {
  try {
    return readFileSync(join(home, 'token'), 'utf8').trim();
  } catch (cause) {
    throw new ClawholdError('auth_no_token', `The token in ${home} cannot be read.`, {
      cause,
      hint: 'Use the account that started Clawhold, or set CLAWHOLD_HOME to the right folder.',
    });
  }
}
