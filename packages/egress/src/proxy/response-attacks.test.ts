import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { startProxy, startRawOrigin, talk } from '../testing.ts';

const ok = 'HTTP/1.1 200 OK\r\n';

/** Answers that two clients may read in two ways. Behind each stands a second answer, which nobody may ever see. */
const attacks = [
  ['length and coding', `${ok}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\nok`],
  ['two lengths', `${ok}Content-Length: 2\r\nContent-Length: 9\r\n\r\nok`],
  ['odd length', `${ok}Content-Length: 0x2\r\n\r\nok`],
  ['unknown coding', `${ok}Transfer-Encoding: gzip\r\n\r\nok`],
  ['folded field', `${ok}X-A: 1\r\n Set-Cookie: a\r\n\r\nok`],
  ['bare line feed', `${ok}X-A: 1\nX-B: 2\r\n\r\nok`],
  ['bare carriage return', `${ok}X-A: 1\rContent-Length: 0\r\n\r\nok`],
  ['chunked before HTTP/1.1', 'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n'],
  ['no status line', 'hello\r\n\r\n'],
  ['HTTP/2', 'HTTP/2 200\r\n\r\n'],
  ['status of four digits', 'HTTP/1.1 2000 OK\r\n\r\n'],
  ['change of protocol', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n'],
  ['endless interim answers', 'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(50)],
  ['head too large', `${ok}X-A: ${'a'.repeat(40_000)}\r\n\r\n`],
  ['nothing', ''],
] as const;

test.each(attacks)(
  `${verifies('egress.strict-responses', 'an answer that could be read in two ways becomes a 502')}: %s`,
  async (_name, bytes) => {
    await using origin = await startRawOrigin((socket) => socket.end(bytes, 'latin1'));
    await using proxy = await startProxy({ services: { shop: origin.port } });
    const answer = await talk(
      proxy.port,
      'GET http://shop/ HTTP/1.1\r\nHost: shop\r\n\r\nHEAD http://shop/ HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n',
    );
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 502', 'HTTP/1.1 502']);
    expect(answer).toContain('application/problem+json');
    expect(answer).toContain('"code":"upstream_');
    expect(answer).toContain('x-clawhold-decision: allowed');
    expect(proxy.records).toMatchObject([{ outcome: 'failed' }, { outcome: 'failed' }]);
  },
);

const two =
  'GET http://shop/ HTTP/1.1\r\nHost: shop\r\n\r\nGET http://shop/ HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n';

test(
  verifies('egress.strict-responses', 'what a server sends behind its answer never becomes the next answer'),
  async () => {
    const smuggled = 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil';
    await using origin = await startRawOrigin((socket) => {
      socket.end(`HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood${smuggled}`);
    });
    await using proxy = await startProxy({ services: { shop: origin.port } });
    const answer = await talk(proxy.port, two);
    expect(answer.match(/good|evil/g)).toEqual(['good', 'good']);
  },
);

test(verifies('egress.strict-responses', 'an answer without content has none, whatever the server sends'), async () => {
  await using origin = await startRawOrigin((socket, head) => {
    const status = head.startsWith('HEAD') ? '200 OK\r\nContent-Length: 4' : '204 No Content';
    socket.end(`HTTP/1.1 ${status}\r\n\r\nevil`);
  });
  await using proxy = await startProxy({ services: { shop: origin.port } });
  const answer = await talk(proxy.port, `HEAD http://shop/ HTTP/1.1\r\nHost: shop\r\n\r\n${two}`);
  expect(answer).not.toContain('evil');
  expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 204', 'HTTP/1.1 204']);
  expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\ncontent-length: 4\r\n/);
});

test(
  verifies('egress.strict-responses', 'fields of the connection and of the proxy are taken out of answers'),
  async () => {
    await using origin = await startRawOrigin((socket) => {
      socket.end(
        `${ok}Content-Length: 0\r\nConnection: x-hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\nAlt-Svc: h3=":443"\r\nX-Clawhold-Decision: denied\r\nX-Kept: caf\xe9\r\n\r\n`,
        'latin1',
      );
    });
    await using proxy = await startProxy({ services: { shop: origin.port } });
    const answer = await talk(proxy.port, 'GET http://shop/ HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n');
    expect(answer).toBe(
      `${ok}x-kept: caf\xe9\r\ncontent-length: 0\r\nx-clawhold-decision: allowed\r\nconnection: close\r\n\r\n`,
    );
  },
);

test.each([
  ['by length', 'Content-Length: 9\r\n\r\nhalf'],
  ['in chunks', 'Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n'],
])(`${verifies('egress.strict-responses', 'half an answer never looks whole')}: %s`, async (_name, rest) => {
  await using origin = await startRawOrigin((socket) => socket.end(`${ok}${rest}`));
  await using proxy = await startProxy({ services: { shop: origin.port } });
  const answer = await talk(proxy.port, two);
  expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200']);
  expect(answer).not.toContain('0\r\n\r\n');
  expect(proxy.records).toMatchObject([{ outcome: 'cut', fault: 'cut_off' }]);
});

test('a body that ends with its connection, and trailers, become a plain chunked body', async () => {
  const bodies = [
    'HTTP/1.0 200 OK\r\n\r\nuntil the end',
    `${ok}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-T: 1\r\n\r\n`,
  ];
  await using origin = await startRawOrigin((socket) => socket.end(bodies.shift() ?? ''));
  await using proxy = await startProxy({ services: { shop: origin.port } });
  const answer = await talk(proxy.port, two);
  expect(answer).toContain(
    'transfer-encoding: chunked\r\nx-clawhold-decision: allowed\r\n\r\nd\r\nuntil the end\r\n0\r\n\r\n',
  );
  expect(answer).toContain('3\r\nabc\r\n0\r\n\r\n');
  expect(answer.toLowerCase()).not.toContain('x-t');
});
