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
    let isFound = false;
    const silence = new Silence(near, 0.4, () => {
      isFound = true;
    });
    for (let turn = 0; turn < 12; turn++) {
      await wait(50);
      (turn % 2 === 0 ? near : far).write('.');
    }
    expect(isFound).toBe(false);
    await expect.poll(() => isFound).toBe(true);
    isFound = false;
    silence.allow(30);
    await wait(200);
    expect(isFound).toBe(false);
  } finally {
    end();
  }
});

test('bytes that wait in our own memory do not count as moved', async () => {
  const { near, far, end } = await pair();
  try {
    far.pause();
    let isFound = false;
    new Silence(near, 0.2, () => {
      isFound = true;
    });
    const writing = setInterval(() => near.write(Buffer.alloc(1024 * 1024)), 20);
    await expect.poll(() => isFound, { timeout: 10_000 }).toBe(true);
    clearInterval(writing);
  } finally {
    end();
  }
});
