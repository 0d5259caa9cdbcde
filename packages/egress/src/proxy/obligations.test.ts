import { createHash } from 'node:crypto';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import type { CanonicalRequest, EgressHooks } from '../hooks.ts';
import { decision, external, startOrigin, startProxy, startRawOrigin, talk, viaService } from '../testing.ts';

const close = 'Connection: close\r\n\r\n';
const get = `GET http://shop/ HTTP/1.1\r\nHost: shop\r\n${close}`;

function post(body: string, more = ''): string {
  return `POST http://shop/pay?to=X HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\n${more}Content-Length: ${body.length}\r\n${close}${body}`;
}

test(verifies('egress.durable-first', 'nothing is sent before the supervisor has recorded it'), async () => {
  const order: string[] = [];
  await using origin = await startOrigin((_request, response) => {
    order.push('sent');
    response.end();
  });
  const before: EgressHooks['before'] = async ({ address }) => {
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
    order.push(`recorded ${address}`);
    return { kind: 'go' };
  };
  await using proxy = await startProxy({ services: { shop: origin.port }, hooks: { before } });
  expect(await talk(proxy.port, get)).toMatch(/^HTTP\/1\.1 200/);
  expect(order).toEqual(['recorded service:shop', 'sent']);
});

test.each<[string, Partial<EgressHooks>]>([
  ['the record cannot be written', { before: () => Promise.reject(new Error('the disk is full')) }],
  ['the reservation is lost', { before: () => ({ kind: 'refused', reason: { code: 'budget', text: 'Spent.' } }) }],
  ['no decision can be made', { decide: () => Promise.reject(new Error('no policy')) }],
])(`${verifies('egress.fail-closed', 'nothing is sent')} when %s`, async (_name, hooks) => {
  let reached = 0;
  await using origin = await startOrigin((_request, response) => {
    reached++;
    response.end();
  });
  await using proxy = await startProxy({ services: { shop: origin.port }, hooks });
  const answer = await talk(proxy.port, get);
  expect(answer).toMatch(/^HTTP\/1\.1 403/);
  expect(answer).not.toContain('disk');
  expect(reached).toBe(0);
  expect(proxy.records).toMatchObject([{ outcome: 'refused', decision: { kind: 'deny' } }]);
});

test(
  verifies('egress.ask-does-not-wait', 'a question for a person is answered at once with the id of its proposal'),
  async () => {
    await using proxy = await startProxy({
      decide: () => decision('ask'),
      hooks: { propose: () => Promise.resolve('apr_0000000000') },
    });
    const answer = await talk(proxy.port, post('{}'));
    expect(answer).toMatch(/^HTTP\/1\.1 403/);
    expect(answer).toContain('x-clawhold-decision: ask');
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({
      error: 'policy_denied',
      proposal: 'apr_0000000000',
    });
  },
);

test('after a refusal the connection goes on behind the refused body', async () => {
  await using origin = await startOrigin((_request, response) => response.end('fine'));
  await using proxy = await startProxy({
    services: { shop: origin.port },
    decide: ({ operation }) => (operation?.method === 'POST' ? decision('deny') : viaService('shop')),
  });
  const refused = post('GET http://shop/inner HTTP/1.1\r\nHost: shop\r\n\r\n').replace(close, '\r\n');
  const answer = await talk(proxy.port, refused + get);
  expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 403', 'HTTP/1.1 200']);
  expect(proxy.decided).toHaveLength(2);
});

test(verifies('egress.caps', 'a request body beyond its cap is never completed'), async () => {
  let arrived = '';
  await using origin = await startRawOrigin((socket, head) => {
    arrived = head;
    socket.on('data', (more: Buffer) => {
      arrived += more.toString('latin1');
    });
  });
  const cap = { kind: 'cap', direction: 'request', bytes: 4 } as const;
  await using proxy = await startProxy({ services: { shop: origin.port }, decide: () => viaService('shop', cap) });
  expect(await talk(proxy.port, post('12345'))).toMatch(/^HTTP\/1\.1 413/);
  expect(arrived).toBe('');
  const chunks = `POST http://shop/ HTTP/1.1\r\nHost: shop\r\nTransfer-Encoding: chunked\r\n${close}4\r\n1234\r\n1\r\n5\r\n0\r\n\r\n`;
  expect(await talk(proxy.port, chunks)).toMatch(/^HTTP\/1\.1 413/);
  expect(arrived).not.toContain('0\r\n\r\n');
});

test(verifies('egress.caps', 'a response body beyond its cap is a failure or is cut'), async () => {
  const bodies = [
    'Content-Length: 5\r\n\r\n12345',
    'Transfer-Encoding: chunked\r\n\r\n4\r\n1234\r\n1\r\n5\r\n0\r\n\r\n',
  ];
  await using origin = await startRawOrigin((socket) => socket.end(`HTTP/1.1 200 OK\r\n${bodies.shift()}`));
  const cap = { kind: 'cap', direction: 'response', bytes: 4 } as const;
  await using proxy = await startProxy({ services: { shop: origin.port }, decide: () => viaService('shop', cap) });
  expect(await talk(proxy.port, get)).toMatch(/^HTTP\/1\.1 502/);
  const cut = await talk(proxy.port, get);
  expect(cut).not.toContain('5\r\n0\r\n\r\n');
  expect(proxy.records).toMatchObject([
    { outcome: 'failed', fault: 'response_cap' },
    { outcome: 'cut', fault: 'response_cap' },
  ]);
});

test(verifies('egress.content-types', 'an answer of another type is a failure, and nothing of it passes'), async () => {
  const heads = [
    'Content-Type: text/html\r\nContent-Length: 5',
    'Content-Length: 5',
    'Content-Type: application/json, text/html\r\nTransfer-Encoding: chunked',
    'Content-Type: text/html\r\nTransfer-Encoding: chunked',
    'Content-Type: text/html', // until the server closes
  ];
  const body = (head: string) => (head.includes('chunked') ? '5\r\nOTHER\r\n0\r\n\r\n' : 'OTHER');
  const answers = heads.map((head) => `${head}\r\n\r\n${body(head)}`);
  const passing = [
    'Content-Type: Application/JSON; charset=utf-8\r\nContent-Length: 2\r\n\r\n{}',
    'Content-Length: 0\r\n\r\n',
  ];
  answers.push(...passing);
  await using origin = await startRawOrigin((socket) => socket.end(`HTTP/1.1 200 OK\r\n${answers.shift()}`));
  const types = (...allowed: string[]) => ({ kind: 'content_types' as const, allowed });
  await using proxy = await startProxy({
    services: { shop: origin.port },
    // Two rules: what one of them does not allow does not pass.
    decide: () => viaService('shop', types('application/json', 'text/html'), types('application/*')),
  });
  for (const _head of heads) {
    const answer = await talk(proxy.port, get);
    expect(answer).toMatch(/^HTTP\/1\.1 502/);
    expect(answer).toContain('"code":"upstream_content_type"');
    expect(answer).not.toContain('OTHER');
  }
  for (const _one of passing) expect(await talk(proxy.port, get)).toMatch(/^HTTP\/1\.1 200/);
  expect(proxy.records.slice(0, 2)).toMatchObject([
    { outcome: 'failed', fault: 'content_type', responseBytes: 0 },
    { outcome: 'failed', fault: 'content_type', responseBytes: 0 },
  ]);
});

test(
  verifies('egress.inspected-values', 'the values that the policy calls destinations are part of the question'),
  async () => {
    let arrived = '';
    await using origin = await startRawOrigin((socket, head) => {
      arrived = head;
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    });
    const digested: CanonicalRequest[] = [];
    await using proxy = await startProxy({
      services: { shop: origin.port },
      hooks: {
        inspect: () => ({ pointers: ['/payee/account', 'query:to'], digestBody: true }),
        labelOf: (_identity, value) => ({ ...external, sources: [{ kind: 'file', path: value }] }),
        requestDigest: (request) => {
          digested.push(request);
          return 'e'.repeat(64);
        },
      },
    });
    const body = '{ "payee": { "account": "DE89" }, "amount": 10.00 }';
    expect(await talk(proxy.port, post(body, 'X-Note: b\r\nAccept: */*\r\n'))).toMatch(/^HTTP\/1\.1 200/);
    expect(proxy.decided[0]?.question).toMatchObject({
      action: 'e'.repeat(64),
      operation: {
        parameters: [
          { name: '/payee/account', role: 'destination', value: 'DE89', label: { sources: [{ path: 'DE89' }] } },
          { name: 'query:to', role: 'destination', value: 'X' },
        ],
      },
    });
    expect(digested).toEqual([
      {
        method: 'POST',
        url: 'http://shop/pay?to=X',
        headers: [
          ['accept', '*/*'],
          ['content-type', 'application/json'],
          ['x-note', 'b'],
        ],
        bodyDigest: createHash('sha256').update(body).digest('hex'),
      },
    ]);
    expect(arrived.endsWith(`\r\n\r\n${body}`)).toBe(true);
  },
);

test(verifies('egress.inspected-values', 'an inspected body is bounded'), async () => {
  await using proxy = await startProxy({
    limits: { inspectedBodyBytes: 10 },
    hooks: { inspect: () => ({ pointers: ['/a'], digestBody: false }) },
  });
  expect(await talk(proxy.port, post('{"a":"0123456789"}'))).toMatch(/^HTTP\/1\.1 413/);
  const chunks = `POST http://shop/ HTTP/1.1\r\nHost: shop\r\nTransfer-Encoding: chunked\r\n${close}b\r\n01234567890\r\n0\r\n\r\n`;
  expect(await talk(proxy.port, chunks)).toMatch(/^HTTP\/1\.1 413/);
  expect(proxy.decided).toEqual([]);
});

test('a client that waits for permission gets it only when its body is wanted', async () => {
  await using origin = await startOrigin((_request, response) => response.end('ok'));
  await using proxy = await startProxy({
    services: { shop: origin.port },
    decide: ({ operation }) => (operation?.query === '' ? decision('deny') : viaService('shop')),
  });
  const wanted = await talk(proxy.port, post('{}', 'Expect: 100-continue\r\n'));
  expect(wanted.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 100', 'HTTP/1.1 200']);
  const unwanted = await talk(proxy.port, post('{}', 'Expect: 100-continue\r\n').replace('?to=X', ''));
  expect(unwanted.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 403']);
});
