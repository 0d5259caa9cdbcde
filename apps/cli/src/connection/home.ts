import { existsSync, readFileSync, statSync } from 'node:fs';
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

/** Where a person who is not the operator keeps their token. */
export function ownTokenFile(): string | undefined {
  return process.env['CLAWHOLD_TOKEN_FILE'];
}

/**
 * The token of whoever is at the keyboard: that in the file of `CLAWHOLD_TOKEN_FILE`, else the operator's.
 *
 * @throws ClawholdError `auth_no_token` when this account may not read it, or others may.
 */
export function readToken(home: string): string {
  const own = ownTokenFile();
  const path = own ?? join(home, 'token');
  try {
    if (own === undefined || (statSync(own).mode & 0o077) === 0) return readFileSync(path, 'utf8').trim();
  } catch (cause) {
    throw new ClawholdError('auth_no_token', `The token in ${own ?? home} cannot be read.`, {
      cause,
      hint:
        own === undefined
          ? 'Use the account that started Clawhold, or set CLAWHOLD_HOME to the right folder.'
          : 'Set CLAWHOLD_TOKEN_FILE to the file with the token that the operator gave you.',
    });
  }
  throw new ClawholdError('auth_no_token', `Others may read ${path}, and whoever can is you.`, {
    hint: `Close it with: chmod 600 ${path}`,
  });
}
