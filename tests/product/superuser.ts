import { createHmac } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Product } from '@clawhold/testkit';
import pg from 'pg';

/** Connects to the database of a product as its superuser: who may do everything but sign. The caller ends it. */
export async function connectSuperuser(product: Product): Promise<pg.Client> {
  // Whoever holds the installation's secret is the database's superuser.
  const password = createHmac('sha256', readFileSync(join(product.place.home, 'secret'), 'utf8').trim())
    .update('database role clawhold')
    .digest('base64url');
  const client = new pg.Client({ host: socketFolder(product), user: 'clawhold', password, database: 'clawhold' });
  // The product may end its database before we are done.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** As root the sockets are on the stage, which only the manager and its processes see. */
function socketFolder(product: Product): string {
  const stage = `/proc/${product.manager.pid}/root/run/clawhold/sockets/postgres`;
  if (existsSync(stage)) return stage;
  const data = product.processes().find(({ command }) => command.includes('/postgres -D'))?.command ?? '';
  const folder = /unix_socket_directories=(\S+)/.exec(data)?.[1];
  if (folder === undefined) throw new Error(`no socket folder in: ${data}`);
  return folder;
}
