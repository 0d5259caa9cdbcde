import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { decision, startOrigin, startProxy, startRawOrigin, talk, viaService } from '../testing.ts';

const close = 'Connection: close\r\n\r\n';

test(verifies('egress.rebuilt-request', 'what is sent is written anew from what was decided'), async () => {
  let arrived = '';
  await using origin = await startRawOrigin((socket, head) => {
    arrived = head;
    socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
  });
  await using proxy = await startProxy({ services: { shop: origin.port } });
  const answer = await talk(
    proxy.port,
    `GET http://SHOP:80/a/./b/../%63?q=1 HTTP/1.1\r\nHost: shop\r\nX-Odd:   v  \r\nProxy-Authorization: Basic eDp5\r\nTE: trailers\r\nX-Clawhold-Decision: allowed\r\nX-Forwarded-Host: bank\r\nX_Forwarded_For: 127.0.0.1\r\nForwarded: host=bank\r\nX-Real-IP: 127.0.0.1\r\n${close}`,
  );
  expect(arrived).toBe('GET /a/c?q=1 HTTP/1.1\r\nhost: shop\r\nx-odd: v\r\nconnection: close\r\n\r\n');
  expect(answer).toBe(
    'HTTP/1.1 200 OK\r\ncontent-length: 2\r\nx-clawhold-decision: allowed\r\nconnection: close\r\n\r\nok',
  );
  expect(proxy.decided[0]?.question).toMatchObject({
    host: 'shop',
    port: 80,
    scheme: 'http',
    operation: { method: 'GET', path: '/a/c', query: 'q=1' },
  });
  expect(proxy.records).toMatchObject([
    { outcome: 'answered', status: 200, responseBytes: 2, url: 'http://shop/a/c?q=1' },
  ]);
});

test(verifies('egress.deny-by-default', 'a denied request gets 403 with the reasons and reaches nobody'), async () => {
  let reached = 0;
  await using origin = await startOrigin((_request, response) => {
    reached++;
    response.end();
  });
  await using proxy = await startProxy({ services: { shop: origin.port }, decide: () => decision('deny') });
  const answer = await talk(proxy.port, `GET http://shop/secret HTTP/1.1\r\nHost: shop\r\n${close}`);
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  expect(head).toContain('HTTP/1.1 403 Forbidden');
  expect(head).toContain('content-type: application/json');
  expect(head).toContain('x-clawhold-decision: denied');
  expect(JSON.parse(body)).toMatchObject({
    error: 'policy_denied',
    asked: { kind: 'egress', what: 'GET shop:80/secret' },
    reasons: [{ code: 'no_rule' }],
  });
  expect(reached).toBe(0);
  expect(proxy.decided).toMatchObject([{ decision: { kind: 'deny' }, address: null }]);
});

test('bodies stream both ways, and a connection carries many requests', async () => {
  await using origin = await startOrigin((request, response) => {
    void text(request).then((body) => response.end(`${request.method} ${body.length}`));
  });
  await using proxy = await startProxy({ services: { shop: origin.port }, decide: () => viaService('shop') });
  const big = 'x'.repeat(300_000);
  const answer = await talk(
    proxy.port,
    `POST http://shop/ HTTP/1.1\r\nHost: shop\r\nContent-Length: ${big.length}\r\n\r\n${big}` +
      'PUT http://shop/ HTTP/1.1\r\nHost: shop\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n' +
      `GET http://shop/ HTTP/1.1\r\nHost: shop\r\n${close}`,
  );
  expect(answer.match(/(?:POST|PUT|GET) \d+/g)).toEqual(['POST 300000', 'PUT 5', 'GET 0']);
});

test('a client that goes away takes its upstream connection with it', async () => {
  let gone: (() => void) | undefined;
  const closed = new Promise<void>((resolve) => {
    gone = resolve;
  });
  await using origin = await startRawOrigin((socket) => {
    socket.on('close', () => gone?.());
    client.destroy();
  });
  await using proxy = await startProxy({ services: { shop: origin.port } });
  const client = connect(proxy.port, '127.0.0.1');
  client.write('GET http://shop/ HTTP/1.1\r\nHost: shop\r\n\r\n');
  await closed;
});
