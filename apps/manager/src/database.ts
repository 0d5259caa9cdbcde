import { ensureDatabase, ensureRoles, startCluster } from '@clawhold/postgres';
import type { Accounts } from './accounts.ts';
import { explainDatabase } from './database-refusal.ts';

/** The database of an installation: its own cluster, or any PostgreSQL through `DATABASE_URL`. */
export interface InstallationDatabase {
  url(role: DatabaseRole, database: DatabaseName): string;
  /** Resolves when the embedded cluster ended without being asked to; never for a foreign one. */
  readonly lost: Promise<Error>;
  stop(): Promise<void>;
}

/** Each process has a role of its own; only the owner may change tables. */
export const databaseRoles = ['clawhold_owner', 'clawhold_api', 'clawhold_worker'] as const;
export type DatabaseRole = (typeof databaseRoles)[number];
export type DatabaseName = 'clawhold' | 'clawhold_workflows';

export interface DatabaseOptions {
  readonly dataFolder: string;
  readonly socketFolder: string;
  readonly accounts: Accounts;
  /** Password of a role, kept by the manager. */
  readonly password: (role: string) => string;
  /** A PostgreSQL somewhere else, as a role that may create roles and databases. */
  readonly foreign: string | undefined;
}

/**
 * Starts or finds the database and makes roles and databases in it. Safe to repeat.
 *
 * @throws ClawholdError what `startCluster` throws; `state_secret_wrong`, `database_refused`.
 */
export async function openDatabase(options: DatabaseOptions): Promise<InstallationDatabase> {
  const server = options.foreign === undefined ? await embedded(options) : foreign(options.foreign);
  try {
    await furnish(server.adminUrl, options.password);
  } catch (error) {
    await server.stop();
    throw explainDatabase(error, options.foreign !== undefined);
  }
  return {
    url: (role, database) => server.url(role, options.password(role), database),
    lost: server.lost,
    stop: server.stop,
  };
}

async function furnish(adminUrl: string, password: DatabaseOptions['password']): Promise<void> {
  await ensureRoles(
    adminUrl,
    databaseRoles.map((name) => ({ name, password: password(name) })),
  );
  await ensureDatabase(adminUrl, { name: 'clawhold', owner: 'clawhold_owner', connect: ['clawhold_api'] });
  // DBOS makes and changes its own tables, so its role owns its database.
  await ensureDatabase(adminUrl, { name: 'clawhold_workflows', owner: 'clawhold_worker' });
}

interface Server {
  readonly adminUrl: string;
  url(role: string, password: string, database: string): string;
  readonly lost: Promise<Error>;
  stop(): Promise<void>;
}

async function embedded({ dataFolder, socketFolder, accounts, password }: DatabaseOptions): Promise<Server> {
  const separate = process.getuid?.() === 0;
  const cluster = await startCluster({
    dataFolder,
    socketFolder,
    superuserPassword: password('clawhold'),
    ...(separate ? { account: accounts.of.postgres, socketGroup: accounts.group } : {}),
  });
  const lost = new Promise<Error>((resolve) => {
    void cluster.exited.then((end) => end.kind === 'crashed' && resolve(end.error));
  });
  return {
    adminUrl: cluster.adminUrl(),
    url: (role, secret, database) => cluster.url(role, secret, database),
    lost,
    stop: () => cluster.stop(),
  };
}

function foreign(given: string): Server {
  return {
    adminUrl: given,
    url(role, secret, database) {
      const url = new URL(given);
      url.username = role;
      url.password = secret;
      url.pathname = `/${database}`;
      return url.href;
    },
    lost: new Promise(() => undefined),
    stop: async () => undefined,
  };
}
