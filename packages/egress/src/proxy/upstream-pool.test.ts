import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { startProxy, startRawOrigin, talk } from '../testing.ts';

const ask = (method: string, more = ''): string => `${method} http://shop/ HTTP/1.1\r\nHost: shop\r\n${more}`;

test(verifies('egress.no-second-effect', 'only safe requests share a connection to a server'), async () => {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.end(String(request.socket.remotePort)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A TCP server that listens has an AddressInfo.
  const { port } = server.address() as AddressInfo;
  await using proxy = await startProxy({ services: { shop: port } });
  const order = ['GET', 'GET', 'POST', 'GET', 'POST'];
  const requests = order.map((method) => ask(method, method === 'POST' ? 'Content-Length: 1\r\n\r\nx' : '\r\n'));
  const answer = await talk(proxy.port, `${requests.join('')}${ask('GET', 'Connection: close\r\n\r\n')}`);
  const ports = [...answer.matchAll(/\r\n\r\n(\d+)/g)].map((match) => match[1]);
  const [first, second, third, fourth, fifth] = ports;
  expect(ports).toHaveLength(6);
  expect(second).toBe(first);
  expect(fourth).toBe(first);
  expect(new Set([first, third, fifth]).size).toBe(3);
  server.closeAllConnections();
  server.close();
});

test(
  verifies('egress.no-second-effect', 'a kept connection that went stale costs a safe request nothing'),
  async () => {
    let connections = 0;
    await using origin = await startRawOrigin((socket) => {
      connections++;
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
      // The next request on this connection is met by its end, as by a server whose keep-alive ran out.
      socket.once('data', () => socket.destroy());
    });
    await using proxy = await startProxy({ services: { shop: origin.port } });
    const answer = await talk(
      proxy.port,
      ask('GET', '\r\n') + ask('GET', 'X-Last: 1\r\n\r\n') + ask('GET', 'Connection: close\r\n\r\n'),
    );
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 200', 'HTTP/1.1 200']);
    expect(connections).toBe(3);
    expect(proxy.decided).toHaveLength(3);
  },
);

test(
  verifies('egress.no-second-effect', 'a request with an effect is sent once, whatever becomes of its connection'),
  async () => {
    let arrived = 0;
    await using origin = await startRawOrigin((socket) => {
      arrived++;
      socket.destroy();
    });
    await using proxy = await startProxy({ services: { shop: origin.port } });
    const answer = await talk(proxy.port, ask('POST', 'Content-Length: 1\r\nConnection: close\r\n\r\nx'));
    expect(answer).toMatch(/^HTTP\/1\.1 502/);
    expect(arrived).toBe(1);
  },
);
