import { createServer } from 'node:net';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import './provided.ts';
import { startTemplateCluster, type TemplateCluster } from './template-cluster.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';

/**
 * Offers one throw-away PostgreSQL to the whole run. It starts when the first test file asks for it: most runs of one
 * file need none.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await makeTemporaryFolder({ mode: 0o711 });
  let starting: Promise<TemplateCluster> | undefined;
  const broker = createServer(async (socket) => {
    starting ??= startTemplateCluster(folder.path);
    const answer = await starting.then(
      (cluster) => ({ url: cluster.adminUrl }),
      (error: unknown) => ({ error: String(error) }),
    );
    socket.on('error', () => undefined).end(JSON.stringify(answer));
  });
  const path = join(folder.path, 'broker');
  await new Promise<void>((resolve, reject) => broker.once('error', reject).listen(path, resolve));
  project.provide('databaseBroker', path);
  return async () => {
    broker.close();
    const cluster = await starting?.catch(() => undefined);
    await cluster?.stop();
    await folder[Symbol.asyncDispose]();
  };
}
