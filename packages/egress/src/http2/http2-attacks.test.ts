import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { verifies } from '@clawhold/testkit';
import { expect, test, vi } from 'vitest';
import { everything, startProxy, viaService } from '../testing.ts';
import { openTunnel, shop, startOldOrigin, startReadingProxy } from '../testing-tls.ts';
import { block, endHeaders, endStream, frame, preface } from './raw-frames.ts';

/** On a busy machine everything comes, later. */
const patient = { timeout: 60_000 };

type Fields = readonly (readonly [string, string])[];

const settings = frame('settings', 0, 0, Buffer.alloc(0));
const start = Buffer.concat([preface, settings]);

const get: Fields = [
  [':method', 'GET'],
  [':scheme', 'https'],
  [':authority', shop],
  [':path', '/'],
];
const post: Fields = get.map(([name, value]) => [name, name === ':method' ? 'POST' : value]);
const without = (name: string): Fields => get.filter(([other]) => other !== name);
const instead = (name: string, value: string): Fields =>
  get.map((field): readonly [string, string] => (field[0] === name ? [name, value] : field));

function request(fields: Fields, body?: string): Buffer {
  const head = frame('headers', endHeaders | (body === undefined ? endStream : 0), 1, block(fields));
  return body === undefined ? head : Buffer.concat([head, frame('data', endStream, 1, Buffer.from(body))]);
}

const smuggled = 'x\r\n\r\nGET /secret HTTP/1.1\r\nHost: bank\r\n\r\n';

/** Requests that some proxy turned into two, or into others, on their way to HTTP/1.1. */
const attacks: readonly (readonly [name: string, bytes: Buffer])[] = [
  ['a line end in a value', request([...get, ['x-a', smuggled]])],
  ['a bare line feed in a value', request([...get, ['x-a', 'a\nhost: bank']])],
  ['a NUL in a value', request([...get, ['x-a', 'a\0b']])],
  ['a line end in a name', request([...get, ['x-a: 1\r\nhost', 'bank']])],
  ['a colon in a name', request([...get, ['host:bank', 'x']])],
  ['a space in a name', request([...get, ['transfer-encoding ', 'chunked']])],
  ['capitals in a name', request([...get, ['X-A', '1']])],
  ['a line end in the path', request(instead(':path', `/ HTTP/1.1\r\nHost: bank\r\nX: `))],
  ['a space in the path', request(instead(':path', '/ HTTP/1.1'))],
  ['a line end in the method', request(instead(':method', 'GET / HTTP/1.1\r\nHost: bank\r\n\r\nGET'))],
  ['a line end in the authority', request(instead(':authority', `${shop}\r\nx-a: 1`))],
  ['a path without a slash', request(instead(':path', 'http://bank/'))],
  ['an empty path', request(instead(':path', ''))],
  ['transfer-encoding', request([...post, ['transfer-encoding', 'chunked']], `0\r\n\r\n${smuggled}`)],
  ['transfer_encoding', request([...post, ['transfer_encoding', 'chunked']], 'x')],
  ['connection', request([...get, ['connection', 'close']])],
  ['connection that names a field', request([...get, ['connection', 'x-a']])],
  ['keep-alive', request([...get, ['keep-alive', '5']])],
  ['upgrade', request([...get, ['upgrade', 'h2c']])],
  ['te other than trailers', request([...get, ['te', 'chunked']])],
  ['a length that is too small', request([...post, ['content-length', '1']], smuggled)],
  ['a length that is too large', request([...post, ['content-length', '100']], 'x')],
  ['a length without a body', request([...post, ['content-length', '5']])],
  ['two lengths', request([...post, ['content-length', '1'], ['content-length', '1']], 'x')],
  ['a length that is no number', request([...post, ['content-length', '+1']], 'x')],
  ['a body of a GET', request(get, smuggled)],
  ['another host', request([...get, ['host', 'bank']])],
  ['another authority', request(instead(':authority', 'bank'))],
  ['another port', request(instead(':authority', `${shop}:444`))],
  ['user information', request(instead(':authority', `${shop}@bank`))],
  ['no authority', request(without(':authority'))],
  ['no method', request(without(':method'))],
  ['no scheme', request(without(':scheme'))],
  ['no path', request(without(':path'))],
  ['another scheme', request(instead(':scheme', 'http'))],
  ['two methods', request([[':method', 'POST'], ...get])],
  ['two paths', request([[':path', '/secret'], ...get])],
  ['two authorities', request([[':authority', 'bank'], ...get])],
  ['a pseudo-header field behind the others', request([...without(':path'), ['x-a', '1'], [':path', '/']])],
  ['an unknown pseudo-header field', request([[':secret', '1'], ...get])],
  ['a pseudo-header field of answers', request([[':status', '200'], ...get])],
  [
    'CONNECT',
    request([
      [':method', 'CONNECT'],
      [':authority', shop],
    ]),
  ],
  ['extended CONNECT', request([[':protocol', 'websocket'], ...instead(':method', 'CONNECT')])],
  ['TRACE', request(instead(':method', 'TRACE'))],
  ['a method in small letters', request(instead(':method', 'get'))],
  ['another method in a field', request([...get, ['x-http-method-override', 'DELETE']])],
  ['another method in the query', request(instead(':path', '/?_method=DELETE'))],
  ['another address in a field', request([...get, ['x-rewrite-url', '/secret']])],
  ['a folder above the root', request(instead(':path', '/../../etc'))],
  ['a fragment', request(instead(':path', '/a#b'))],
  [
    'more fields than anybody needs',
    request([...get, ...Array.from({ length: 110 }, (_, i) => [`x-${i}`, '1'] as const)]),
  ],
];

test.each(attacks)(
  `${verifies('egress.http2-strict', 'what could be another request in HTTP/1.1 reaches no server')}: %s`,
  async (_name, bytes) => {
    const arrived: string[] = [];
    await using origin = await startOldOrigin((incoming, response) => {
      // Node joins what it read; what matters is which requests there were, and what they said.
      void text(incoming).then((body) =>
        arrived.push(`${incoming.method} ${incoming.url} ${incoming.rawHeaders} ${body}`),
      );
      response.end();
    });
    await using proxy = await startReadingProxy(origin.port);
    const socket = await openTunnel(proxy, ['h2']);
    socket.write(Buffer.concat([start, bytes]));
    // A request in order behind it: when it is answered, or the connection has ended, everything before it was handled.
    socket.write(frame('headers', endHeaders | endStream, 3, block(instead(':path', '/after'))));
    const received: Buffer[] = [];
    socket.on('data', (piece: Buffer) => received.push(piece));
    await vi.waitFor(
      () => expect(socket.destroyed || arrived.some((line) => line.startsWith('GET /after'))).toBe(true),
      patient,
    );
    expect(arrived.filter((line) => !line.startsWith('GET /after')).filter((line) => !isPlain(line))).toEqual([]);
  },
);

/** Of a field that nobody may write nghttp2 leaves no trace; the request without it is one that was decided. */
function isPlain(line: string): boolean {
  return line === `GET / host,${shop},connection,keep-alive `;
}

test(verifies('egress.http2-strict', 'HTTP/2 without TLS is not spoken'), async () => {
  await using proxy = await startProxy({
    services: { shop: 1 },
    decide: ({ operation }) =>
      operation === undefined
        ? viaService('shop', { kind: 'inspect', tls: 'none', protocol: 'rest' })
        : viaService('shop'),
  });
  const tunnel = 'CONNECT shop:80 HTTP/1.1\r\nHost: shop:80\r\n\r\n';
  const upgrade =
    'GET http://shop/ HTTP/1.1\r\nHost: shop\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n';
  for (const bytes of [start, Buffer.concat([Buffer.from(tunnel), start]), Buffer.from(upgrade)]) {
    const socket = connect(proxy.port, '127.0.0.1');
    socket.write(bytes);
    expect(await everything(socket)).toMatch(/HTTP\/1\.1 (?:4|5)\d\d /);
  }
  expect(proxy.records.every(({ outcome }) => outcome === 'malformed')).toBe(true);
});

const reset = (stream: number): Buffer => frame('reset', 0, stream, Buffer.from([0, 0, 0, 8]));
const ask = (stream: number): Buffer => frame('headers', endHeaders | endStream, stream, block(get));
const times = (count: number, make: (index: number) => Buffer): Buffer =>
  Buffer.concat(Array.from({ length: count }, (_, index) => make(index)));

/** What a client can send without end; each piece costs it less than us. */
const floods: readonly (readonly [name: string, bytes: Buffer])[] = [
  [
    'requests that are taken back at once',
    times(5_000, (index) => Buffer.concat([ask(index * 2 + 1), reset(index * 2 + 1)])),
  ],
  ['PING', times(5_000, () => frame('ping', 0, 0, Buffer.alloc(8)))],
  ['SETTINGS', times(5_000, () => settings)],
  [
    'CONTINUATION',
    Buffer.concat([
      frame('headers', endStream, 1, block(get)),
      times(5_000, () => frame('continuation', 0, 1, block([['x-a', '1']]))),
    ]),
  ],
  [
    'empty CONTINUATION',
    Buffer.concat([
      frame('headers', endStream, 1, block(get)),
      times(5_000, () => frame('continuation', 0, 1, Buffer.alloc(0))),
    ]),
  ],
  [
    'empty DATA',
    Buffer.concat([
      frame('headers', endHeaders, 1, block(post)),
      times(5_000, () => frame('data', 0, 1, Buffer.alloc(0))),
    ]),
  ],
  ['more streams than were granted', times(5_000, (index) => frame('headers', endHeaders, index * 2 + 1, block(post)))],
];

test.each(floods)(
  `${verifies('egress.http2-floods', 'a client that sends without end loses its connection, others do not')}: %s`,
  async (_name, bytes) => {
    await using origin = await startOldOrigin((incoming, response) => {
      incoming.resume().on('end', () => response.end('done'));
    });
    await using proxy = await startReadingProxy(origin.port);
    const flooding = await openTunnel(proxy, ['h2']);
    // Not once(): it rejects when an error comes first, and a reset is an end here.
    const ended = new Promise((resolve) => {
      flooding.on('close', resolve);
    });
    flooding.resume();
    flooding.write(Buffer.concat([start, bytes]));
    await ended;
    const other = await openTunnel(proxy, ['http/1.1']);
    other.write(`GET / HTTP/1.1\r\nHost: ${shop}\r\nConnection: close\r\n\r\n`);
    expect(await text(other)).toMatch(/^HTTP\/1\.1 200 /);
  },
);

test(
  verifies('egress.http2-floods', 'a header list beyond the limit is refused, however small it was packed'),
  async () => {
    await using origin = await startOldOrigin((_incoming, response) => response.end('done'));
    await using proxy = await startReadingProxy(origin.port, { limits: { headBytes: 4_096 } });
    const socket = await openTunnel(proxy, ['h2']);
    const received: Buffer[] = [];
    socket.on('data', (piece: Buffer) => received.push(piece));
    // One entry of the dynamic table (RFC 7541, 6.2.1), and then a byte for each time it is said again.
    const entry = Buffer.concat([Buffer.from([0x40]), block([['x-a', 'v'.repeat(1_000)]]).subarray(1)]);
    const packed = Buffer.concat([block(get), entry, Buffer.alloc(60, 0xbe)]);
    socket.write(Buffer.concat([start, frame('headers', endHeaders | endStream, 1, packed)]));
    await vi.waitFor(
      () => expect(Buffer.concat(received).toString('latin1')).toContain('request_head_too_large'),
      patient,
    );
    expect(proxy.decided.filter(({ question }) => question.operation !== undefined)).toEqual([]);
  },
);

test(verifies('egress.http2', 'a body that is taken back in its middle is not sent as a whole'), async () => {
  const bodies: string[] = [];
  await using origin = await startOldOrigin(async (incoming, response) => {
    try {
      bodies.push(await text(incoming));
      response.end();
    } catch {
      bodies.push('broken');
    }
  });
  await using proxy = await startReadingProxy(origin.port);
  const socket = await openTunnel(proxy, ['h2']);
  socket.resume();
  // No error is given as the reason, as after an answer that needed no more.
  const taken = frame('reset', 0, 1, Buffer.from([0, 0, 0, 0]));
  const half = Buffer.concat([frame('headers', endHeaders, 1, block(post)), frame('data', 0, 1, Buffer.from('half'))]);
  socket.write(Buffer.concat([start, half]));
  await vi.waitFor(() => expect(proxy.decided).toHaveLength(1), patient);
  socket.write(taken);
  await vi.waitFor(() => expect(bodies).toEqual(['broken']), patient);
});
