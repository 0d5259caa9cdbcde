import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import type { EgressHooks } from '../hooks.ts';
import { everything, identity, startOrigin, startProxy, startRawOrigin, talk, viaService } from '../testing.ts';

const get = 'GET http://shop/ HTTP/1.1\r\nHost: shop\r\n';

test(verifies('egress.bounded', 'a head that never ends is given up'), async () => {
  await using proxy = await startProxy({ limits: { headSeconds: 0.1 } });
  const slow = connect(proxy.port, '127.0.0.1');
  slow.write(get);
  const drip = setInterval(() => slow.write('X-A: 1\r\n'), 20);
  expect(await everything(slow)).toBe('');
  clearInterval(drip);
});

test(verifies('egress.bounded', 'a silent connection is given up'), async () => {
  await using proxy = await startProxy({ limits: { idleSeconds: 0.1 } });
  expect(await everything(connect(proxy.port, '127.0.0.1'))).toBe('');
});

test('a server that stays silent is a 504, not a closed connection', async () => {
  await using origin = await startRawOrigin(() => {});
  await using proxy = await startProxy({ services: { shop: origin.port }, limits: { idleSeconds: 0.1 } });
  const answer = await talk(proxy.port, `${get}Connection: close\r\n\r\n`);
  expect(answer).toMatch(/^HTTP\/1\.1 504/);
  expect(answer).toContain('"code":"upstream_timeout"');
});

test('inside a tunnel that is read, too', async () => {
  await using origin = await startRawOrigin(() => {});
  await using proxy = await startProxy({
    services: { shop: origin.port },
    limits: { idleSeconds: 0.1 },
    decide: () => viaService('shop', { kind: 'inspect', tls: 'none', protocol: 'rest' }),
  });
  const connectFirst = 'CONNECT shop:80 HTTP/1.1\r\nHost: shop:80\r\n\r\n';
  const answer = await talk(proxy.port, `${connectFirst}GET / HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n`);
  expect(answer).toMatch(/^HTTP\/1\.1 200 Connection established\r\n\r\nHTTP\/1\.1 504/);
});

test(verifies('egress.bounded', 'a tunnel that passes unread may be silent for longer, and not for ever'), async () => {
  await using origin = await startRawOrigin((socket) => socket.write('heard'));
  const connectFirst = 'CONNECT shop:25 HTTP/1.1\r\nHost: shop:25\r\n\r\n';
  await using patient = await startProxy({ services: { shop: origin.port }, limits: { idleSeconds: 0.1 } });
  const tunnel = connect(patient.port, '127.0.0.1');
  tunnel.write(connectFirst);
  await once(tunnel, 'data');
  // A connection that nothing is said on since later is gone by then.
  await everything(connect(patient.port, '127.0.0.1'));
  tunnel.write('still here\r\n\r\n');
  const [answer] = (await once(tunnel, 'data')) as [Buffer];
  expect(answer.toString()).toBe('heard');
  tunnel.destroy();

  await using hasty = await startProxy({ services: { shop: origin.port }, limits: { tunnelIdleSeconds: 0.1 } });
  expect(await talk(hasty.port, connectFirst)).toBe('HTTP/1.1 200 Connection established\r\n\r\n');
});

const readsAll: EgressHooks['inference'] = async ({ body }) => {
  for await (const piece of body) expect(piece.length).toBe(4);
  throw new Error('never reached');
};

test(verifies('egress.bounded', 'a model request whose body stops half-way is given up'), async () => {
  await using proxy = await startProxy({ limits: { idleSeconds: 0.1 }, hooks: { inference: readsAll } });
  const head = 'POST http://inference.local/v1/x HTTP/1.1\r\nHost: inference.local\r\nContent-Length: 9\r\n\r\n';
  expect(await talk(proxy.port, `${head}half`)).not.toContain('200');
});

test(verifies('egress.fair', 'a sandbox that holds all its connections does not hold those of another'), async () => {
  await using origin = await startOrigin((_request, response) => response.end('ok'));
  await using proxy = await startProxy({ services: { shop: origin.port }, limits: { connections: 2 } });
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  proxy.egress.attach({ server, identity: { ...identity, sandbox: 'sbx_1111111111' }, kind: 'proxy' });
  const held = Array.from({ length: 4 }, () => connect(proxy.port, '127.0.0.1'));
  await Promise.all(held.map((socket) => once(socket, 'connect')));
  // The fifth finds two served and two waiting; the third waits until one of the first two leaves.
  expect(await everything(connect(proxy.port, '127.0.0.1'))).toBe('');
  const other = server.address();
  const port = typeof other === 'object' && other !== null ? other.port : 0;
  expect(await talk(port, `${get}Connection: close\r\n\r\n`)).toMatch(/^HTTP\/1\.1 200/);
  const [first, , third] = held;
  first?.destroy();
  third?.write(`${get}Connection: close\r\n\r\n`);
  if (third !== undefined) expect(await everything(third)).toMatch(/^HTTP\/1\.1 200/);
  for (const socket of held) socket.destroy();
});

test(verifies('egress.cut-off', 'closing an attachment breaks what is on its way, both ways'), async () => {
  let gone: (() => void) | undefined;
  const upstreamClosed = new Promise<void>((resolve) => {
    gone = resolve;
  });
  await using origin = await startRawOrigin((socket) => {
    socket.on('close', () => gone?.());
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf');
  });
  await using proxy = await startProxy({ services: { shop: origin.port } });
  const client = connect(proxy.port, '127.0.0.1');
  client.write(`${get}\r\n`);
  await once(client, 'data');
  proxy.egress.close();
  await everything(client);
  await upstreamClosed;
  const late = connect(proxy.port, '127.0.0.1');
  const [error] = (await once(late, 'error')) as [NodeJS.ErrnoException];
  expect(error.code).toBe('ECONNREFUSED');
});

test('back-pressure: a client that does not read stops the server, not the memory of the proxy', async () => {
  let written = 0;
  await using origin = await startRawOrigin((socket) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n');
    const piece = Buffer.alloc(1024 ** 2);
    const pour = (): void => {
      do written += piece.length;
      while (socket.write(piece));
    };
    socket.on('drain', pour);
    pour();
  });
  await using proxy = await startProxy({ services: { shop: origin.port } });
  const client = connect(proxy.port, '127.0.0.1');
  client.pause();
  client.write(`${get}\r\n`);
  let before = -1;
  while (before !== written) {
    before = written;
    await new Promise((resolve) => {
      setTimeout(resolve, 200);
    });
  }
  // What fits into the kernel's buffers on the way, far from what the server would send.
  expect(written).toBeLessThan(64 * 1024 ** 2);
  client.destroy();
});
