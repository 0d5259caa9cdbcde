import { once } from 'node:events';
import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { scale, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { startOrigin, startProxy } from '../testing.ts';

const pieces = [
  '/',
  'a',
  'b',
  '..',
  '.',
  '%2e',
  '%2E%2e',
  '%41',
  '%2f',
  '%25',
  ';',
  '\\',
  '//',
  '?',
  '&',
  '=',
  'q',
  '%',
  '#',
  ' ',
  '\t',
  '~',
  '"',
  '|',
  '{',
];
const names = [
  'X-A',
  'Connection',
  'Content-Length',
  'Transfer-Encoding',
  'Host',
  'Expect',
  'Proxy-Authorization',
  'X-Clawhold-Decision',
  'Keep-Alive',
  'TE',
];
const values = [
  '1',
  'close',
  'keep-alive',
  'x-a',
  'chunked',
  'shop',
  'Shop:80',
  'shop.',
  'bank',
  '5',
  ' 5 ',
  '100-continue',
  '',
];

const request = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'),
  host: fc.constantFrom('shop', 'SHOP', 'shop:80', 'shop.', 'bank@shop'),
  path: fc.array(fc.constantFrom(...pieces), { maxLength: 8 }).map((parts) => parts.join('')),
  fields: fc.array(fc.tuple(fc.constantFrom(...names), fc.constantFrom(...values)), { maxLength: 3 }),
  body: fc.constantFrom('', 'hello', '5\r\nhello\r\n0\r\n\r\n', 'GET /x HTTP/1.1\r\nHost: shop\r\n\r\n'),
});

test(verifies('egress.rebuilt-request', 'the request that a server reads is the one that was decided'), {
  timeout: 120_000,
}, async () => {
  const arrived: string[] = [];
  await using origin = await startOrigin((message, response) => {
    const take = async (): Promise<void> => {
      try {
        const body = await buffer(message);
        arrived.push(`${message.method} ${message.headers.host} ${message.url} ${body.length}`);
        response.end();
      } catch {
        response.destroy(); // a body that the proxy cut off: no request
      }
    };
    void take();
  });
  await using proxy = await startProxy({ services: { shop: origin.port } });
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(request, async ({ method, host, path, fields, body }) => {
      arrived.length = 0;
      proxy.decided.length = 0;
      proxy.records.length = 0;
      const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`).join('');
      const socket = connect(proxy.port, '127.0.0.1');
      socket.on('error', () => {});
      socket.resume();
      socket.end(`${method} http://${host}/${path} HTTP/1.1\r\nHost: shop\r\n${lines}\r\n${body}`, 'latin1');
      await once(socket, 'close');
      const decided = proxy.decided.map(({ question: { host: to, operation } }) => {
        const query = operation?.query === '' ? '' : `?${operation?.query}`;
        return `${operation?.method} ${to} ${operation?.path}${query}`;
      });
      // A decided request may fail on its way; nothing arrives that was not decided, as it was decided, in its order.
      const seen = arrived.map((line) => line.replace(/ \d+$/, ''));
      let next = 0;
      for (const line of decided) if (line === seen[next]) next++;
      expect({ seen, decided, next }).toEqual({ seen, decided, next: seen.length });
      compared += seen.length;
    }),
    { numRuns: scale(1_500) },
  );
  expect(compared).toBeGreaterThan(200);
});
