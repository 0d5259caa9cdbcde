import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Cluster, startCluster } from '@clawhold/postgres';
import { makeProductPlace, makeTemporaryFolder, ordinaryUser, startProduct } from '@clawhold/testkit';
import { expect, onTestFinished, test, vi } from 'vitest';
import { ensureAccounts } from './accounts.ts';

vi.setConfig({ testTimeout: 240_000 });

/** A PostgreSQL that is not the product's: another folder, another account, another superuser's password. */
async function startForeign(): Promise<Cluster> {
  const folder = await makeTemporaryFolder({ mode: 0o711 });
  onTestFinished(() => folder[Symbol.asyncDispose]());
  const asRoot = process.getuid?.() === 0 ? { account: await ordinaryUser(), socketGroup: ensureAccounts().group } : {};
  const cluster = await startCluster({
    dataFolder: join(folder.path, 'data'),
    socketFolder: join(folder.path, 'socket'),
    superuserPassword: 'somebody-else-chose-it',
    ...asRoot,
  });
  onTestFinished(() => cluster.stop());
  return cluster;
}

test('DATABASE_URL: the product works on a foreign PostgreSQL, again and again, and starts none of its own', async () => {
  const foreign = await startForeign();
  await using place = await makeProductPlace({ environment: { DATABASE_URL: foreign.adminUrl() } });
  for (let start = 0; start < 2; start++) {
    await using product = await startProduct(place);
    const status = await place.cli('status', '--json');
    expect(JSON.parse(status.stdout)).toMatchObject({ running: true, supervisors: [{ alive: true }] });
    expect(product.processes().filter(({ command }) => command.includes('postgres'))).toEqual([]);
  }
  expect(existsSync(join(place.home, 'postgres', 'cluster'))).toBe(false);
  await foreign.stop();
  const refused = await place.cli('up', '--json');
  expect(refused.status).toBe(1);
  expect(refused.stdout).toContain('database_refused');
  expect(refused.stdout + refused.stderr).not.toContain('somebody-else-chose-it');
});
