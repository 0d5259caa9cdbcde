import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder, verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { createServiceTable } from './services.ts';

test('a service is a port on loopback or a socket, and follows what is published', async () => {
  const folder = await temporaryFolder();
  let services: Record<string, { port: number } | { socket: string }> = { finance: { port: 8_000 } };
  const table = createServiceTable({ services: () => services, folder, reserved: { ports: [], folders: [] } });
  expect(await table.locate('finance')).toEqual({ kind: 'service', name: 'finance', port: 8_000 });
  services = { finance: { socket: 'finance.sock' } };
  expect(await table.locate('finance')).toMatchObject({ kind: 'fault', code: 'service_down', status: 502 });
  await writeFile(join(folder, 'finance.sock'), '');
  expect(await table.locate('finance')).toEqual({ kind: 'service', name: 'finance', socket: `${folder}/finance.sock` });
  for (const name of ['other', 'constructor', '__proto__'])
    expect(await table.locate(name)).toMatchObject({ kind: 'refused' });
});

test(verifies('egress.services-not-ours', 'a service is never a port or a socket of the platform itself'), async () => {
  const folder = await temporaryFolder();
  const own = join(folder, 'own');
  await mkdir(own);
  await symlink(own, join(folder, 'link'));
  await symlink(join(own, 'channel.sock'), join(folder, 'direct.sock'));
  await writeFile(join(own, 'channel.sock'), '');
  await writeFile(join(folder, 'own-finance.sock'), '');
  const table = createServiceTable({
    services: () => ({
      gateway: { port: 7_777 },
      channel: { socket: join(own, 'channel.sock') },
      dotted: { socket: `${folder}/link/../own/channel.sock` },
      linked: { socket: 'link/channel.sock' },
      direct: { socket: 'direct.sock' },
      fine: { socket: 'own-finance.sock' },
    }),
    folder,
    reserved: { ports: [7_777], folders: [own] },
  });
  for (const name of ['gateway', 'channel', 'dotted', 'linked', 'direct'])
    expect(await table.locate(name), name).toMatchObject({ kind: 'refused', reason: { code: 'hard_block' } });
  expect(await table.locate('fine')).toMatchObject({ kind: 'service' });
});
