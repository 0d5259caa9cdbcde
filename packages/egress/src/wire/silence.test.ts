import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { listen } from '../testing.ts';
import { Silence } from './silence.ts';

async function pair(): Promise<{ readonly near: Socket; readonly far: Socket; readonly end: () => void }> {
  const server = createServer();
  const far = connect(await listen(server), '127.0.0.1');
  const [near] = (await once(server, 'connection')) as [Socket];
  near.resume();
  far.resume();
  const end = (): void => {
    near.destroy();
    far.destroy();
    server.close();
  };
  return { near, far, end };
}

test('a connection that moves a byte now and then, either way, is not silent; one that moves none is', async () => {
  const { near, far, end } = await pair();
  try {
    let found = 0;
    const silence = new Silence(near, 0.4, () => found++);
    for (let turn = 0; turn < 12; turn++) {
      await wait(50);
      (turn % 2 === 0 ? near : far).write('.');
    }
    expect(found).toBe(0);
    await expect.poll(() => found).toBeGreaterThan(0);
    silence.allow(30);
    expect(silence.isFound).toBe(false);
  } finally {
    end();
  }
});

test('bytes that wait in our own memory do not count as moved', async () => {
  const { near, far, end } = await pair();
  try {
    far.pause();
    const silence = new Silence(near, 0.2, () => {});
    const writing = setInterval(() => near.write(Buffer.alloc(1024 * 1024)), 20);
    await expect.poll(() => silence.isFound, { timeout: 60_000 }).toBe(true);
    clearInterval(writing);
  } finally {
    end();
  }
});
