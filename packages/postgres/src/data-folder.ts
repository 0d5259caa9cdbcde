import { execFile } from 'node:child_process';
import { chmod, chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ClawholdError } from '@clawhold/spec';
import { type Account, identity } from './account.ts';
import type { Binaries } from './binaries.ts';
import { explainLog } from './log.ts';

const run = promisify(execFile);

/** The role that owns the cluster. */
export const superuser = 'clawhold';

/**
 * The places of a database in its data folder. The folder itself is ours; only `cluster` belongs to the account that
 * PostgreSQL runs as, so a server that was broken into can neither move its cluster, nor change who may sign in, nor
 * plant a link where we would write a log.
 */
export interface DataFolder {
  readonly cluster: string;
  readonly log: string;
  readonly hostBasedAccess: string;
  readonly libraries: string;
}

export async function prepareDataFolder(folder: string, account: Account): Promise<DataFolder> {
  const own = account.uid === process.getuid?.();
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, own ? 0o700 : 0o711);
  const places = {
    cluster: join(folder, 'cluster'),
    log: join(folder, 'log'),
    hostBasedAccess: join(folder, 'access.conf'),
    libraries: join(folder, 'libraries'),
  };
  // Everyone proves a password, the superuser too, and only over the socket.
  await writeFile(places.hostBasedAccess, 'local all all scram-sha-256\n', { mode: 0o644 });
  return places;
}

/** The version of the cluster there, undefined when there is none yet. */
export async function clusterVersion(cluster: string): Promise<number | undefined> {
  const text = await readFile(join(cluster, 'PG_VERSION'), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : Number.parseInt(text, 10);
}

/**
 * Makes a new cluster beside its place and moves it there when it is whole: a killed initdb leaves nothing half-made.
 *
 * @param durable false only for clusters that are thrown away: skips fsync.
 * @throws ClawholdError `database_disk_full`, `database_permission`, `database_initialise_failed`.
 */
export async function initialiseCluster(
  places: DataFolder,
  binaries: Binaries,
  account: Account,
  password: string,
  durable: boolean,
): Promise<void> {
  const fresh = `${places.cluster}.new`;
  const passwordFile = `${fresh}.password`;
  await rm(fresh, { recursive: true, force: true });
  await rm(passwordFile, { force: true });
  try {
    await mkdir(fresh, { mode: 0o700 });
    // initdb takes a password from a terminal or from a file. It opens the file by name, so a pipe of ours will not do.
    await writeFile(passwordFile, `${password}\n`, { mode: 0o400, flag: 'wx' });
    if (process.getuid?.() === 0)
      await Promise.all([fresh, passwordFile].map((path) => chown(path, account.uid, account.gid)));
    await run(binaries.initdb, initdbArguments(fresh, passwordFile, durable), {
      cwd: '/',
      env: { ...binaries.environment },
      ...identity(account),
    });
    await rename(fresh, places.cluster);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    throw explainInitdb(error);
  } finally {
    await rm(passwordFile, { force: true });
  }
}

function initdbArguments(folder: string, passwordFile: string, durable: boolean): string[] {
  return [
    `--pgdata=${folder}`,
    `--username=${superuser}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // The machine's own locales change order and case with its updates, and corrupt indexes when they do.
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    ...(durable ? [] : ['--no-sync']),
  ];
}

function explainInitdb(error: unknown): ClawholdError {
  const failure = error instanceof Error ? error : new Error(String(error));
  const output = 'stderr' in failure && typeof failure.stderr === 'string' ? failure.stderr : '';
  return explainLog(`${output}\n${failure.message}`, {
    code: 'database_initialise_failed',
    message: 'PostgreSQL could not make its data folder.',
  });
}
