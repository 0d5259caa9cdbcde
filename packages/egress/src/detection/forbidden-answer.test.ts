import { once } from 'node:events';
import { connect } from 'node:net';
import { text as read } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { prepareExactValues } from '@clawhold/detect';
import type { Obligation } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { startOrigin, startProxy, talk, viaService } from '../testing.ts';
import type { EgressFinding } from './finding.ts';

const card = '4111 1111 1111 1111';
const secret = 'provider-key-0123456789';
const forbid: Obligation = { kind: 'forbid', direction: 'response', contents: ['pii', 'credentials', 'secret'] };

interface Answer {
  readonly fields?: Readonly<Record<string, string>>;
  readonly pieces: readonly (string | Buffer)[];
  readonly trailers?: Readonly<Record<string, string>>;
}

async function ask({ fields = {}, pieces, trailers }: Answer, request = '') {
  const findings: EgressFinding[] = [];
  const asked: object[] = [];
  await using origin = await startOrigin(async (incoming, response) => {
    asked.push({ encoding: incoming.headers['accept-encoding'], range: incoming.headers.range });
    await read(incoming);
    if (trailers !== undefined) response.addTrailers(trailers);
    response.writeHead(200, trailers === undefined ? fields : { ...fields, trailer: Object.keys(trailers).join(',') });
    for (const piece of pieces) response.write(piece);
    if (trailers !== undefined) response.addTrailers(trailers);
    response.end();
  });
  await using proxy = await startProxy({
    services: { shop: origin.port },
    decide: () => viaService('shop', forbid),
    hooks: {
      found: (finding) => findings.push(finding),
      guarded: () => prepareExactValues([{ kind: 'secret', value: secret }]),
    },
  });
  const answer = await talk(
    proxy.port,
    `GET http://shop/ HTTP/1.1\r\nHost: shop\r\nTE: trailers\r\nAccept-Encoding: gzip\r\nRange: bytes=0-7\r\n${request}Connection: close\r\n\r\n`,
  );
  return { answer, asked, findings, records: proxy.records };
}

const events = { 'content-type': 'text/event-stream' };

test.each<[string, string, Answer]>([
  ['the content of an answer', 'payment card', { pieces: [JSON.stringify({ note: card })] }],
  ['the content of an answer', 'payment card', { pieces: ['card 4111 1111 ', '1111 1111'] }],
  [
    'the content of an answer',
    'payment card',
    { pieces: [Buffer.from(`the card is ${card}, thank you`).toString('base64')] },
  ],
  ['the content of an answer', 'secret', { pieces: [Buffer.from(secret).toString('hex')] }],
  ['the header x-note of an answer', 'payment card', { fields: { 'x-note': card }, pieces: ['fine'] }],
])(
  verifies('egress.forbidden-answers', 'in %s: the answer is a 502, nothing of it passes, and it is a finding (%s)'),
  async (place, kind, given) => {
    const { answer, findings, records, asked } = await ask(given);
    expect(answer).toMatch(/^HTTP\/1\.1 502[\s\S]*upstream_forbidden_answer/);
    expect(answer).not.toMatch(/4111|x-note|provider|fine/);
    expect(findings).toMatchObject([{ place, kind, host: 'shop' }]);
    expect(records).toMatchObject([{ outcome: 'failed', fault: 'forbidden_answer' }]);
    expect(JSON.stringify(records)).not.toContain('4111');
    // Nobody can put the pieces of a value together from answers to several requests.
    expect(asked).toEqual([{ encoding: 'identity', range: undefined }]);
  },
);

test(verifies('egress.forbidden-answers', 'a stream of events is cut before the event that holds some'), async () => {
  const { answer, findings, records } = await ask({
    fields: events,
    pieces: [
      'data: first\n\n',
      `event: x\ndata: {"note":"card ${card.slice(0, 9)}`,
      `${card.slice(9)}"}\n\n`,
      'data: last\n\n',
    ],
  });
  expect(answer).not.toMatch(/4111|last/);
  expect(answer.endsWith('0\r\n\r\n')).toBe(false);
  expect(findings).toMatchObject([{ place: 'an event of an answer', kind: 'payment card' }]);
  expect(records).toMatchObject([{ outcome: 'cut', fault: 'forbidden_answer' }]);
});

test(verifies('egress.forbidden-answers', 'also in a comment between events, and in trailers'), async () => {
  const comment = await ask({ fields: events, pieces: [`: ${card}\n`] });
  expect(comment.answer).not.toContain('4111');
  const trailers = { 'x-note': card };
  for (const fields of [events, {}]) {
    const { answer, findings } = await ask({ fields, pieces: ['data: fine\n\n'], trailers });
    expect(answer).not.toContain('4111');
    expect(answer.endsWith('0\r\n\r\n')).toBe(false);
    expect(findings).toMatchObject([{ place: 'the header x-note of an answer' }]);
  }
});

test.each<[string, Answer]>([
  ['too long', { pieces: ['x'.repeat(256 * 1024 + 1)] }],
  ['compressed', { fields: { 'content-encoding': 'gzip' }, pieces: [gzipSync('fine')] }],
  ['compressed by the message', { fields: { 'grpc-encoding': 'gzip' }, pieces: ['fine'] }],
])(verifies('egress.forbidden-answers', 'what nobody can look through does not pass: %s'), async (_name, given) => {
  const { answer, records } = await ask(given);
  expect(answer).toMatch(/^HTTP\/1\.1 502/);
  expect(records).toMatchObject([{ outcome: 'failed' }]);
});

test(
  verifies('egress.forbidden-answers', 'an event that is too long to be looked through ends the stream'),
  async () => {
    const { answer, records } = await ask({
      fields: events,
      pieces: ['data: first\n\n', `data: ${'x'.repeat(300_000)}\n\n`],
    });
    expect(answer).not.toContain('xxx');
    expect(records).toMatchObject([{ outcome: 'cut', fault: 'event_length' }]);
  },
);

test(
  verifies('egress.forbidden-answers', 'no WebSocket is opened where nobody could look through what comes'),
  async () => {
    const upgrade =
      'Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';
    await using proxy = await startProxy({
      decide: () => viaService('shop', forbid, { kind: 'inspect', tls: 'none', protocol: 'websocket' }),
      services: { shop: 1 },
    });
    const socket = connect(proxy.port, '127.0.0.1');
    socket.write(`GET http://shop/ HTTP/1.1\r\nHost: shop\r\nConnection: Upgrade\r\n${upgrade}\r\n`);
    const answer = String((await once(socket, 'data'))[0]);
    socket.destroy();
    expect(answer).toMatch(/^HTTP\/1\.1 403[\s\S]*response\.forbid/);
  },
);

test('what holds none passes whole, in the form in which it came', async () => {
  const whole = await ask({ fields: { 'x-note': 'fine' }, pieces: ['card 4111 1111 ', '1111 1112'] });
  expect(whole.answer).toMatch(/^HTTP\/1\.1 200[\s\S]*card 4111 1111 1111 1112$/);
  const stream = await ask({ fields: events, pieces: ['id: 1\ndata: a\n\n', ': still here\n', 'data: b\n\n'] });
  expect(stream.answer).toMatch(/id: 1\ndata: a\n\n[\s\S]*: still here\n[\s\S]*data: b\n\n/);
  expect([...whole.findings, ...stream.findings]).toEqual([]);
});
