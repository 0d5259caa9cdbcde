import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { ensureDatabase, startCluster } from '@clawhold/postgres';
import { ordinaryUser } from './ordinary-user.ts';
import { repositoryRoot } from './requirements.ts';

/** The database that {@link cloneDatabase} copies: empty, or migrated once the gateway has migrations. */
export const templateDatabase = 'clawhold_template';

export interface TemplateCluster {
  /** The superuser's connection string for the database `postgres`. */
  readonly adminUrl: string;
  stop(): Promise<void>;
}

/** Starts a cluster that may lose everything in a power cut and is therefore fast, with the template in it. */
export async function startTemplateCluster(folder: string): Promise<TemplateCluster> {
  const cluster = await startCluster({
    dataFolder: join(folder, 'database'),
    socketFolder: join(folder, 'socket'),
    superuserPassword: randomBytes(24).toString('base64url'),
    account: await ordinaryUser(),
    settings: {
      fsync: 'off',
      synchronous_commit: 'off',
      full_page_writes: 'off',
      autovacuum: 'off',
      max_connections: '200',
      shared_buffers: '64MB',
    },
  });
  const heir = spawnHeir(cluster.pid, folder);
  await ensureDatabase(cluster.adminUrl(), { name: templateDatabase });
  await migrateTemplate(cluster.adminUrl(templateDatabase));
  return {
    adminUrl: cluster.adminUrl(),
    stop: async () => {
      await cluster.stop();
      heir.stdin.end('done\n');
    },
  };
}

/** Waits for the end of its input. Without a word before it, we were killed: it stops the server and tidies up. */
const inherit = `
  read -r word && exit
  kill -INT "$1"
  while kill -0 "$1" 2>/dev/null; do sleep 0.1; done
  rm -rf "$2"`;

/** A run that is killed (by a person, by a time limit) tears nothing down, and nobody looks for its server later. */
function spawnHeir(pid: number, folder: string): ChildProcessByStdio<Writable, null, null> {
  return spawn('sh', ['-c', inherit, 'sh', `${pid}`, folder], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
}

/** The gateway's migrations, by their path: testkit is below the gateway and must not depend on it. */
async function migrateTemplate(url: string): Promise<void> {
  const path = join(repositoryRoot, 'apps/gateway/src/store/migrate.ts');
  if (!existsSync(path)) return;
  // The contract of that file, held by every test that uses a cloned database.
  const store = (await import(pathToFileURL(path).href)) as { readonly migrate: (url: string) => Promise<void> };
  await store.migrate(url);
}
