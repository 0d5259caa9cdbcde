import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import type { Admission } from '../hooks.ts';
import { decision, startProxy, startRawOrigin, talk, viaService } from '../testing.ts';

/** A budget as the supervisor keeps one. */
function budget(limit: number) {
  const counted = { spent: 0 };
  const before = (): Admission => ({
    kind: 'go',
    meter: async (bytes) => {
      if (counted.spent + bytes > limit) return { code: 'budget', text: `The budget of ${limit} bytes is spent.` };
      counted.spent += bytes;
      return undefined;
    },
  });
  return { counted, before };
}

const close = 'Connection: close\r\n\r\n';
const get = `GET http://shop/ HTTP/1.1\r\nHost: shop\r\n${close}`;
const post = (body: string) =>
  `POST http://shop/ HTTP/1.1\r\nHost: shop\r\nContent-Length: ${body.length}\r\n${close}${body}`;
const chunks = (...pieces: string[]) =>
  `${pieces.map((piece) => `${piece.length.toString(16)}\r\n${piece}\r\n`).join('')}0\r\n\r\n`;
const over = /^HTTP\/1\.1 403 [\s\S]*"reasons":\[\{"code":"budget","text":"The budget of \d+ bytes is spent\."/;

test(verifies('egress.metered', 'a request whose size is known is refused before a byte of it leaves'), async () => {
  let arrived = '';
  await using origin = await startRawOrigin((socket, head) => {
    arrived += head;
    socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
  });
  const { before, counted } = budget(200);
  await using proxy = await startProxy({ services: { shop: origin.port }, hooks: { before } });
  expect(await talk(proxy.port, post('x'.repeat(200)))).toMatch(over);
  expect(arrived).toBe('');
  expect(counted.spent).toBe(0);
  expect(await talk(proxy.port, post('x'.repeat(20)))).toMatch(/^HTTP\/1\.1 200/);
  // Head and body: a long path carries data out as well as a body does.
  expect(counted.spent).toBe(arrived.length);
  expect(proxy.records).toMatchObject([
    { outcome: 'refused', status: 403, fault: 'budget', requestBytes: 0, decision: { kind: 'deny' } },
    { outcome: 'answered', requestBytes: 20 },
  ]);
});

test(verifies('egress.metered', 'a body that streams is cut where the budget ends, and never completed'), async () => {
  let arrived = '';
  await using origin = await startRawOrigin((socket, head) => {
    arrived = head;
    socket.on('data', (more: Buffer) => {
      arrived += more.toString('latin1');
    });
  });
  const { before } = budget(120);
  await using proxy = await startProxy({ services: { shop: origin.port }, hooks: { before } });
  const request = `POST http://shop/ HTTP/1.1\r\nHost: shop\r\nTransfer-Encoding: chunked\r\n${close}${chunks('a'.repeat(20), 'b'.repeat(90))}`;
  expect(await talk(proxy.port, request)).toMatch(over);
  expect(arrived).not.toContain('b');
  expect(arrived).not.toContain('0\r\n\r\n');
});

test(verifies('egress.metered', 'an answer takes nothing from the budget, whatever its size'), async () => {
  const answers = [
    `Content-Length: 300\r\n\r\n${'x'.repeat(300)}`,
    `Transfer-Encoding: chunked\r\n\r\n${chunks('a'.repeat(50), 'b'.repeat(300))}`,
  ];
  let arrived = 0;
  await using origin = await startRawOrigin((socket, head) => {
    arrived += head.length;
    socket.end(`HTTP/1.1 200 OK\r\n${answers.shift()}`);
  });
  const { before, counted } = budget(150);
  await using proxy = await startProxy({ services: { shop: origin.port }, hooks: { before } });
  expect(await talk(proxy.port, get)).toContain('x'.repeat(300));
  expect(await talk(proxy.port, get)).toContain('b'.repeat(300));
  expect(counted.spent).toBe(arrived);
  expect(proxy.records).toMatchObject([{ outcome: 'answered' }, { outcome: 'answered' }]);
});

test(
  verifies('egress.metered', 'parallel requests share what is left, and a tunnel counts what it carries out'),
  async () => {
    await using origin = await startRawOrigin((socket) =>
      socket.end(`HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789`),
    );
    const { before, counted } = budget(500);
    await using proxy = await startProxy({ services: { shop: origin.port }, hooks: { before } });
    const answers = await Promise.all(Array.from({ length: 20 }, () => talk(proxy.port, post('x'.repeat(100)))));
    const passed = answers.filter((answer) => answer.startsWith('HTTP/1.1 200')).length;
    expect(passed).toBeGreaterThan(0);
    expect(answers.filter((answer) => over.test(answer))).toHaveLength(20 - passed);
    expect(counted.spent).toBeLessThanOrEqual(500);

    const inside = `GET / HTTP/1.1\r\nHost: shop\r\n\r\n`;
    const tunnel = budget(2 * inside.length - 1);
    await using tunnelled = await startProxy({
      services: { shop: origin.port },
      decide: () => viaService('shop'),
      hooks: { before: tunnel.before },
    });
    const connectFirst = `CONNECT shop:80 HTTP/1.1\r\nHost: shop:80\r\n\r\n`;
    expect(await talk(tunnelled.port, connectFirst + inside)).toContain('0123456789');
    expect(await talk(tunnelled.port, connectFirst + inside)).not.toContain('0123456789');
    expect(tunnelled.records).toMatchObject([
      { method: 'CONNECT', outcome: 'answered', requestBytes: inside.length },
      { method: 'CONNECT', outcome: 'cut', fault: 'budget' },
    ]);
  },
);

test('what is denied takes nothing from a budget', async () => {
  const { before, counted } = budget(10);
  await using proxy = await startProxy({ decide: () => decision('deny'), hooks: { before } });
  expect(await talk(proxy.port, get)).toMatch(/^HTTP\/1\.1 403/);
  expect(counted.spent).toBe(0);
});
