import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { verifies } from '@clawhold/testkit';
import { expect, onTestFinished, test, vi } from 'vitest';
import { identity, listen, startOrigin, startProxy, startRawOrigin, talk } from '../testing.ts';

const end = 'Connection: close\r\n\r\n';

test(
  verifies('egress.fair', 'a sandbox whose servers never finish a handshake takes no places of another'),
  async () => {
    let pending = 0;
    const hole = createServer((socket) => {
      pending++;
      socket.on('error', () => {});
    });
    onTestFinished(() => void hole.close());
    await using origin = await startOrigin((_request, response) => response.end('done'));
    await using proxy = await startProxy({
      services: { hole: await listen(hole), shop: origin.port },
      limits: { dials: 2, sandboxDials: 1 },
    });
    const other = createServer();
    const port = await listen(other);
    proxy.egress.attach({ server: other, identity: { ...identity, sandbox: 'sbx_1111111111' }, kind: 'proxy' });

    const greedy = Array.from({ length: 5 }, () => connect(proxy.port, '127.0.0.1'));
    onTestFinished(() => {
      for (const socket of greedy) socket.destroy();
    });
    for (const socket of greedy) socket.write(`GET https://hole/ HTTP/1.1\r\nHost: hole\r\n\r\n`);
    await vi.waitFor(() => expect(pending).toBe(1));
    expect(await talk(port, `GET http://shop/ HTTP/1.1\r\nHost: shop\r\n${end}`)).toMatch(/^HTTP\/1\.1 200 /);
    expect(pending).toBe(1);
  },
);

test(
  verifies('egress.fair', 'bodies that are read before the decision wait for memory, and come in time or not at all'),
  async () => {
    await using origin = await startOrigin((request, response) => {
      request.resume().on('end', () => response.end('done'));
    });
    await using proxy = await startProxy({
      services: { shop: origin.port },
      limits: { inspectedBytes: 100, sandboxInspectedBytes: 100, inspectedBodySeconds: 1 },
      hooks: { inspect: () => ({ pointers: [], digestBody: true }) },
    });
    const slow = connect(proxy.port, '127.0.0.1');
    onTestFinished(() => void slow.destroy());
    slow.write('POST http://shop/slow HTTP/1.1\r\nHost: shop\r\nContent-Length: 90\r\n\r\nhalf');
    const order: string[] = [];
    const late = once(slow, 'data').then(([bytes]) => order.push(String(bytes).slice(9, 12)));
    const next = talk(
      proxy.port,
      `POST http://shop/next HTTP/1.1\r\nHost: shop\r\nContent-Length: 20\r\n${end}${'x'.repeat(20)}`,
    );
    await Promise.all([late, next.then((answer) => order.push(answer.slice(9, 12)))]);
    // The second had no memory until the first was given up.
    expect(order).toEqual(['408', '200']);
  },
);

test(
  verifies('egress.caps', 'an answer beyond the limit of the platform is a 502, or is cut so that it is not whole'),
  async () => {
    for (const [head, expected] of [
      ['Content-Length: 200\r\n', /^HTTP\/1\.1 502 .*"upstream_response_cap"/s],
      ['Transfer-Encoding: chunked\r\n', /^(?!.*\r\n0\r\n\r\n)/s],
    ] as const) {
      await using origin = await startRawOrigin((socket) => {
        socket.write(`HTTP/1.1 200 OK\r\n${head}\r\n`);
        if (head.startsWith('T')) socket.write(`c8\r\n${'x'.repeat(200)}\r\n0\r\n\r\n`);
      });
      await using proxy = await startProxy({ services: { shop: origin.port }, limits: { responseBytes: 100 } });
      expect(await talk(proxy.port, `GET http://shop/ HTTP/1.1\r\nHost: shop\r\n${end}`)).toMatch(expected);
      expect(proxy.records).toMatchObject([{ fault: 'response_cap' }]);
    }
  },
);
