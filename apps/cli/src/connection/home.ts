import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { RunningManager } from '@clawhold/spec';
import { ClawholdError } from '@clawhold/spec/error';
import { processStart } from '@clawhold/spec/process-start';

/** Where the state of the installation lies: `CLAWHOLD_HOME`, else `~/.clawhold`. */
export function homeFolder(): string {
  return resolve(process.env['CLAWHOLD_HOME'] ?? join(process.env['HOME'] ?? homedir(), '.clawhold'));
}

/** The manager that runs on this home, or undefined. */
export function findManager(home: string): RunningManager | undefined {
  const path = join(home, 'manager.json');
  if (!existsSync(path)) return undefined;
  const found = JSON.parse(readFileSync(path, 'utf8')) as RunningManager; // written by the manager, in one step
  return startTimeOf(found.pid) === found.startTime ? found : undefined;
}

function startTimeOf(pid: number): string | undefined {
  const path = `/proc/${pid}/stat`;
  return existsSync(path) ? processStart(readFileSync(path, 'utf8')) : undefined;
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
