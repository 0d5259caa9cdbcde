import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, lstat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder, verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { createChannelKey } from './key.ts';
import { type ChannelServer, listenChannel } from './listen.ts';

function listen(path: string): Promise<ChannelServer> {
  return listenChannel({
    path,
    peers: { api: createChannelKey() },
    handler: (_request, response) => void response.end(),
  });
}

test.each([
  ['0700', '0600'],
  ['0710', '0666'],
])(verifies('channel.private-socket', 'a folder %s makes a socket %s'), async (folderMode, socketMode) => {
  const folder = await temporaryFolder({ mode: Number.parseInt(folderMode, 8) });
  await using _server = await listen(join(folder, 'socket'));
  expect((await lstat(join(folder, 'socket'))).mode & 0o777).toBe(Number.parseInt(socketMode, 8));
});

test.each(['0701', '0704', '0720', '0755', '0777'])(
  verifies('channel.private-socket', 'a folder %s is refused'),
  async (mode) => {
    const folder = await temporaryFolder();
    await chmod(folder, Number.parseInt(mode, 8));
    await expect(listen(join(folder, 'socket'))).rejects.toMatchObject({ code: 'channel_folder' });
  },
);

test(verifies('channel.private-socket', 'a folder behind a symbolic link is refused'), async () => {
  const folder = await temporaryFolder();
  await symlink(await temporaryFolder(), join(folder, 'link'));
  await expect(listen(join(folder, 'link', 'socket'))).rejects.toMatchObject({ code: 'channel_folder' });
});

test('a socket that a killed process left is replaced', async () => {
  const path = join(await temporaryFolder(), 'socket');
  const script = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => console.log('up'))`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect((await lstat(path)).isSocket()).toBe(true);
  await using _server = await listen(path);
});

test('a socket that somebody listens on, and a file, are left alone', async () => {
  const folder = await temporaryFolder();
  await using _server = await listen(join(folder, 'socket'));
  await expect(listen(join(folder, 'socket'))).rejects.toMatchObject({ code: 'channel_in_use' });
  await writeFile(join(folder, 'file'), 'mine');
  await expect(listen(join(folder, 'file'))).rejects.toMatchObject({ code: 'channel_in_use' });
});
