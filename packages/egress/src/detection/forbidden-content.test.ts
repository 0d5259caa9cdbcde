import type { Obligation } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { startProxy, startRawOrigin, talk, viaService } from '../testing.ts';
import type { EgressFinding } from './finding.ts';

const card = '4111 1111 1111 1111';
const forbid: Obligation = { kind: 'forbid', direction: 'request', contents: ['pii', 'credentials', 'secret'] };

function post(body: string, fields = '', path = '/'): string {
  return `POST http://shop${path} HTTP/1.1\r\nHost: shop\r\n${fields}Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`;
}

function chunked(...chunks: readonly string[]): string {
  const body = chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join('');
  return `POST http://shop/ HTTP/1.1\r\nHost: shop\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n${body}0\r\n\r\n`;
}

async function ask(request: string) {
  let arrived = '';
  const findings: EgressFinding[] = [];
  await using origin = await startRawOrigin((socket, head) => {
    arrived += head;
    socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
  });
  await using proxy = await startProxy({
    services: { shop: origin.port },
    decide: () => viaService('shop', forbid),
    hooks: { found: (finding) => findings.push(finding) },
  });
  const answer = await talk(proxy.port, request);
  return { answer, arrived, findings, decided: proxy.decided, records: proxy.records };
}

test.each([
  ['the body', post(JSON.stringify({ note: `card ${card}` }))],
  ['the body', post(Buffer.from(JSON.stringify({ note: `card ${card}` })).toString('base64'))],
  ['the body', chunked('card 4111 1111 ', '1111 1111')],
  ['the header x-note', post('', `X-Note: ${card}\r\n`)],
  ['the query', post('', '', '/?mail=jane%40example.com')],
  ['the path', post('', '', '/people/jane@example.com/notes?to=jane%40example.com')],
])(
  verifies('egress.forbidden-content', 'personal data in %s: the request is refused with its rule, and is a finding'),
  async (place, request) => {
    const { answer, arrived, findings, decided, records } = await ask(request);
    expect(answer).toMatch(/^HTTP\/1\.1 403/);
    expect(answer).toContain(`(request.forbid), and ${place} holds personal data or credentials.`);
    expect(arrived).toBe('');
    expect(findings).toMatchObject([{ place, host: 'shop' }]);
    expect(decided).toMatchObject([{ decision: { kind: 'deny' } }]);
    expect(records).toMatchObject([{ outcome: 'refused', url: expect.stringMatching(/^http:\/\/shop\//) }]);
    for (const told of [answer, JSON.stringify([decided, records])]) expect(told).not.toMatch(/4111|NDExMSA|jane/);
  },
);

test.each([
  ['too long', post('x'.repeat(256 * 1024 + 1)), 'as a whole'],
  ['too long, streaming', chunked(...Array.from({ length: 5 }, () => 'x'.repeat(64 * 1024))), 'as a whole'],
  ['compressed', post('x', 'Content-Encoding: gzip\r\n'), 'compressed'],
])(
  verifies('egress.forbidden-content', 'what nobody can look through does not leave: %s'),
  async (_name, request, words) => {
    const { answer, arrived } = await ask(request);
    expect(answer).toMatch(/^HTTP\/1\.1 403/);
    expect(answer).toContain(words);
    expect(arrived).toBe('');
  },
);

test('what holds none passes whole', async () => {
  const { answer, arrived, findings } = await ask(chunked('card 4111 1111 ', '1111 1112'));
  expect(answer).toMatch(/^HTTP\/1\.1 200/);
  expect(arrived.endsWith('card 4111 1111 1111 1112')).toBe(true);
  expect(findings).toEqual([]);
});
