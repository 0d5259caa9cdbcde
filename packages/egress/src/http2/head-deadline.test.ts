import { connect } from 'node:http2';
import { text } from 'node:stream/consumers';
import type { TLSSocket } from 'node:tls';
import { verifies } from '@clawhold/testkit';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openTunnel, shop, startReadingProxy, startSecureOrigin } from '../testing-tls.ts';
import { block, endHeaders, endStream, frame, preface } from './raw-frames.ts';

/** On a busy machine everything comes, later. */
const patient = { timeout: 60_000 };
const limits = { headSeconds: 0.15, idleSeconds: 60 };

const settings = frame('settings', 0, 0, Buffer.alloc(0));
const head = (method: string): Buffer =>
  block([
    [':method', method],
    [':scheme', 'https'],
    [':authority', shop],
    [':path', '/'],
  ]);

/** Writes a head byte by byte, as long as the connection and the test last. */
function drip(socket: TLSSocket, bytes: Buffer): void {
  let at = 0;
  const timer = setInterval(() => {
    if (!socket.destroyed && at < bytes.length - 1) socket.write(bytes.subarray(at, ++at));
  }, 5);
  onTestFinished(() => clearInterval(timer));
}

const long = block([['x-a', 'a'.repeat(12_000)]]);
const slow: readonly (readonly [name: string, first: readonly Buffer[], rest: Buffer])[] = [
  ['of one frame', [], frame('headers', endHeaders | endStream, 1, Buffer.concat([head('GET'), long]))],
  ['in CONTINUATION frames', [frame('headers', endStream, 1, head('GET'))], frame('continuation', endHeaders, 1, long)],
  [
    'beside a request that is under way',
    [frame('headers', endHeaders, 1, head('POST'))],
    frame('headers', endHeaders | endStream, 3, Buffer.concat([head('GET'), long])),
  ],
];

test.each(slow)(
  `${verifies('egress.http2-heads', 'a head that drips ends its connection')}: %s`,
  async (_name, first, rest) => {
    await using origin = await startSecureOrigin(() => {});
    await using proxy = await startReadingProxy(origin.port, { limits });
    const socket = await openTunnel(proxy, ['h2']);
    socket.resume().write(Buffer.concat([preface, settings, ...first]));
    drip(socket, rest);
    await vi.waitFor(() => expect(socket.destroyed).toBe(true), patient);
    expect(proxy.records).toContainEqual(expect.objectContaining({ outcome: 'malformed', fault: 'http2_slow_head' }));
  },
);

test(
  verifies('egress.http2-heads', 'a client that sends little, and answers when it is asked, stays connected'),
  async () => {
    await using origin = await startSecureOrigin((server) =>
      server.on('request', (_request, response) => response.end('answer')),
    );
    await using proxy = await startReadingProxy(origin.port, { limits });
    const socket = await openTunnel(proxy, ['h2']);
    const session = connect(`https://${shop}`, { createConnection: () => socket });
    onTestFinished(() => session.destroy());
    let asked = 0;
    session.on('ping', () => asked++);
    const timer = setInterval(() => session.ping(() => {}), 60);
    onTestFinished(() => clearInterval(timer));
    await vi.waitFor(() => expect(asked).toBeGreaterThan(5), patient);
    const stream = session.request({ ':path': '/' });
    expect(await text(stream)).toBe('answer');
  },
);

test(
  verifies('egress.http2-heads', 'a client that sends a body bit by bit, and reads nothing meanwhile, stays connected'),
  async () => {
    await using origin = await startSecureOrigin((server) =>
      server.on('request', (request, response) => void text(request).then((body) => response.end(body))),
    );
    await using proxy = await startReadingProxy(origin.port, { limits });
    const socket = await openTunnel(proxy, ['h2']);
    const received: Buffer[] = [];
    socket.on('data', (piece: Buffer) => received.push(piece));
    socket.write(Buffer.concat([preface, settings, frame('headers', endHeaders, 1, head('POST'))]));
    // Twenty times the deadline's looks, whatever the machine does.
    for (let sent = 0; sent < 60; sent++) {
      socket.write(frame('data', 0, 1, Buffer.from(`${sent},`)));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    socket.write(frame('data', endStream, 1, Buffer.from('end')));
    await vi.waitFor(() => expect(Buffer.concat(received).toString('latin1')).toContain('59,end'), patient);
  },
);
