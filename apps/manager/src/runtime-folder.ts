import { createHash } from 'node:crypto';
import { chmodSync, chownSync, lstatSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClawholdError } from '@clawhold/spec/error';
import type { Accounts } from './accounts.ts';

/** The sockets of an installation. Each lies in a folder of its owner that only our other processes may pass. */
export interface Sockets {
  readonly api: string;
  readonly worker: string;
  readonly supervisor: string;
  /** PostgreSQL makes its own folder below the runtime folder. */
  readonly postgresFolder: string;
}

/**
 * Where an ordinary user's sockets lie: short, private, one for each home.
 *
 * @throws ClawholdError `host_runtime_folder` when something else stands there (others may write to /tmp).
 */
export function userRuntimeFolder(home: string, environment: NodeJS.ProcessEnv): string {
  const name = createHash('sha256').update(home).digest('hex').slice(0, 12);
  const uid = process.getuid?.() ?? -1;
  const given = environment['XDG_RUNTIME_DIR'];
  const folder = given === undefined ? join(tmpdir(), `clawhold-${uid}-${name}`) : join(given, `clawhold-${name}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const found = lstatSync(folder);
  if (found.isDirectory() && found.uid === uid && (found.mode & 0o077) === 0) return folder;
  throw new ClawholdError('host_runtime_folder', `${folder} is not a private folder of yours.`, {
    hint: 'Look at what it is, remove it, and start again.',
  });
}

/** Makes the folders of the sockets. With accounts of their own, members of the group may pass and nobody else. */
export function prepareSockets(runtime: string, accounts: Accounts): Sockets {
  const separate = process.getuid?.() === 0;
  const socket = (name: 'api' | 'worker' | 'supervisor'): string => {
    const folder = join(runtime, name);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (separate) {
      chownSync(folder, accounts.of[name].uid, accounts.group);
      chmodSync(folder, 0o710);
    }
    return join(folder, 'channel');
  };
  return {
    api: socket('api'),
    worker: socket('worker'),
    supervisor: socket('supervisor'),
    postgresFolder: join(runtime, 'postgres'),
  };
}
