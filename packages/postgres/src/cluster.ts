import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants, existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { ClawholdError } from '@clawhold/spec';
import { type Account, identity, serverAccount } from './account.ts';
import { type Binaries, findBinaries } from './binaries.ts';
import { connectionUrl } from './connection-url.ts';
import { clusterVersion, type DataFolder, initialiseCluster, prepareDataFolder, superuser } from './data-folder.ts';
import { beginLog, explainLog, otherVersionHint, readLog } from './log.ts';
import { stopOrphan } from './orphan.ts';
import { claim } from './owner.ts';
import { readPostmasterFile } from './postmaster-file.ts';
import { desktopSettings, type Settings } from './settings.ts';
import { clearSockets, prepareSocketFolder } from './socket-folder.ts';

export interface ClusterOptions {
  /** Where the data live; made when missing. Its parent must let the account pass. */
  readonly dataFolder: string;
  /** Where the socket lives; made when missing, at most 93 bytes long. Its parent must be nobody else's to change. */
  readonly socketFolder: string;
  /** The password of the role `clawhold`, set when the cluster is made. The caller keeps it. */
  readonly superuserPassword: string;
  /** As whom PostgreSQL runs. Default: this process's own account, which must not be root. */
  readonly account?: Account;
  /** A group that may connect too, when other accounts use the database. Default: none. */
  readonly socketGroup?: number;
  /** Over {@link desktopSettings}. */
  readonly settings?: Settings;
}

/** How a server ended: asked to by {@link Cluster.stop}, or not. */
export type ClusterEnd = { readonly kind: 'stopped' } | { readonly kind: 'crashed'; readonly error: ClawholdError };

export interface Cluster extends AsyncDisposable {
  /** The postmaster. */
  readonly pid: number;
  /** A connection string for pg, Kysely and DBOS. */
  url(role: string, password: string, database: string): string;
  /** The connection string of the superuser. */
  adminUrl(database?: string): string;
  /** Disconnects every client and ends the server without losing anything. Safe to call twice. */
  stop(): Promise<void>;
  /** Resolves, never rejects, when the server has ended. */
  readonly exited: Promise<ClusterEnd>;
}

/** How long a server may take to be ready, recovery after a crash included, in milliseconds. */
const startPatience = 120_000;
/** How long a fast shutdown may take before the server is told to drop everything, in milliseconds. */
const stopPatience = 20_000;

/**
 * Starts PostgreSQL from npm on a data folder: no TCP, a socket that only its owner can reach, passwords for everyone,
 * an account of its own. A server that a killed predecessor left behind is stopped first.
 *
 * @throws ClawholdError `database_account_missing`, `database_account_foreign`, `database_binaries_missing`,
 *   `database_socket_path`, `database_socket_folder`, `database_in_use`, `database_version_mismatch`,
 *   `database_disk_full`, `database_permission`, `database_shared_memory`, `database_initialise_failed`,
 *   `database_start_failed`, `database_start_timeout`.
 */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const account = serverAccount(options.account);
  const places = await prepareDataFolder(options.dataFolder, account);
  const release = await claim(options.dataFolder);
  try {
    await prepareSocketFolder(options.socketFolder, account, options.socketGroup);
    const binaries = await findBinaries(places.libraries);
    const settings = { ...desktopSettings, ...options.settings };
    await ensureCluster(places, binaries, account, options.superuserPassword, settings['fsync'] !== 'off');
    await stopOrphan(places.cluster);
    await clearSockets(options.socketFolder);
    const position = await beginLog(places.log);
    const child = await spawnServer(places, binaries, account, serverSettings(options, places, settings));
    await waitUntilReady(child, places, position);
    return new RunningCluster({ child, options, log: places.log, position, release });
  } catch (error) {
    await release();
    throw error;
  }
}

async function ensureCluster(
  places: DataFolder,
  binaries: Binaries,
  account: Account,
  password: string,
  durable: boolean,
): Promise<void> {
  const version = await clusterVersion(places.cluster);
  if (version === undefined) return initialiseCluster(places, binaries, account, password, durable);
  if (version !== binaries.major)
    throw new ClawholdError(
      'database_version_mismatch',
      `The database was written by PostgreSQL ${version}, and this is ${binaries.major}.`,
      { hint: otherVersionHint },
    );
}

/** What no caller and no `ALTER SYSTEM` may change stands on the command line. */
function serverSettings(options: ClusterOptions, places: DataFolder, settings: Settings): Settings {
  return {
    ...settings,
    listen_addresses: '',
    hba_file: places.hostBasedAccess,
    unix_socket_directories: options.socketFolder,
    // The folder decides who reaches the socket: a server cannot give its socket to a group that it is not in.
    unix_socket_permissions: options.socketGroup === undefined ? '0700' : '0777',
  };
}

/**
 * Becomes the server, which the kernel then asks for a fast shutdown when we are killed. Part of util-linux; without it
 * a server that is left behind is stopped at the next start, see `stopOrphan`.
 */
const endsWithUs = ['/usr/bin/setpriv', '--pdeathsig', 'INT', '--'] as const;

async function spawnServer(
  places: DataFolder,
  binaries: Binaries,
  account: Account,
  settings: Settings,
): Promise<ChildProcess> {
  const { O_APPEND, O_CREAT, O_NOFOLLOW, O_WRONLY } = constants;
  await using log = await open(places.log, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW, 0o600);
  const server = [
    binaries.postgres,
    '-D',
    places.cluster,
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
  const [file = '', ...words] = existsSync(endsWithUs[0]) ? [...endsWithUs, ...server] : server;
  const child = spawn(file, words, {
    cwd: '/',
    env: { ...binaries.environment },
    stdio: ['ignore', log.fd, log.fd],
    // In a session of its own: Ctrl-C must reach us first, and us only.
    detached: true,
    ...identity(account),
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (cause) =>
      reject(
        new ClawholdError('database_permission', `User ${account.uid} cannot run ${binaries.postgres}.`, {
          hint: 'Let that account pass to the installation, or install Clawhold outside a private home.',
          cause,
        }),
      ),
    );
  });
  return child;
}

async function waitUntilReady(child: ChildProcess, places: DataFolder, position: number): Promise<void> {
  const deadline = performance.now() + startPatience;
  for (;;) {
    if (ended(child))
      throw explainLog(await readLog(places.log, position), {
        code: 'database_start_failed',
        message: 'PostgreSQL ended while it was starting.',
      });
    const file = await readPostmasterFile(places.cluster);
    if (file?.pid === child.pid && file?.status === 'ready') return;
    if (performance.now() > deadline) break;
    await sleep(5);
  }
  child.kill('SIGQUIT');
  throw new ClawholdError('database_start_timeout', `PostgreSQL was not ready after ${startPatience / 1000} seconds.`, {
    hint: `Read ${places.log}: it may be recovering a large database on a slow disk.`,
  });
}

function ended(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

interface Running {
  readonly child: ChildProcess;
  readonly options: ClusterOptions;
  readonly log: string;
  /** The size of the log when this server was started. */
  readonly position: number;
  readonly release: () => Promise<void>;
}

class RunningCluster implements Cluster {
  readonly pid: number;
  readonly exited: Promise<ClusterEnd>;
  readonly #child: ChildProcess;
  readonly #options: ClusterOptions;
  #stopping = false;

  constructor(running: Running) {
    this.#child = running.child;
    this.#options = running.options;
    this.pid = running.child.pid ?? -1;
    this.exited = this.#end(running);
  }

  async #end({ child, log, position, release }: Running): Promise<ClusterEnd> {
    if (!ended(child)) await once(child, 'exit');
    await release();
    if (this.#stopping) return { kind: 'stopped' };
    const otherwise = { code: 'database_crashed', message: 'The database ended unexpectedly.' } as const;
    return { kind: 'crashed', error: explainLog(await readLog(log, position), otherwise) };
  }

  url(role: string, password: string, database: string): string {
    return connectionUrl({ socketFolder: this.#options.socketFolder, role, password, database });
  }

  adminUrl(database = 'postgres'): string {
    return this.url(superuser, this.#options.superuserPassword, database);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#child.kill('SIGINT');
    const impatient = setTimeout(() => this.#child.kill('SIGQUIT'), stopPatience);
    await this.exited;
    clearTimeout(impatient);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}
