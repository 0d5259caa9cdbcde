import type { TLSSocket } from 'node:tls';
import { verifies } from '@clawhold/testkit';
import { expect, test, vi } from 'vitest';
import type { Bench } from '../testing.ts';
import { openTunnel, shop, startReadingProxy, startSecureOrigin } from '../testing-tls.ts';
import { block, endHeaders, endStream, frame, preface } from './raw-frames.ts';

/** On a busy machine everything comes, later. */
const patient = { timeout: 60_000 };

const settings = frame('settings', 0, 0, Buffer.alloc(0));
const fields = (method: string) =>
  block([
    [':method', method],
    [':scheme', 'https'],
    [':authority', shop],
    [':path', '/'],
  ]);
const number = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
const grant = (stream: number, bytes: number): Buffer => frame('window', 0, stream, number(bytes));
const get = frame('headers', endHeaders | endStream, 1, fields('GET'));

/** Sends bytes and keeps the connection open, reading what comes. */
async function send(proxy: Bench, ...bytes: readonly Buffer[]): Promise<{ socket: TLSSocket; heard: () => string }> {
  const socket = await openTunnel(proxy, ['h2']);
  const received: Buffer[] = [];
  socket.on('data', (piece: Buffer) => received.push(piece));
  if (bytes.length > 0) socket.write(Buffer.concat(bytes));
  return { socket, heard: () => Buffer.concat(received).toString('hex') };
}

const silences: readonly (readonly [name: string, bytes: readonly Buffer[]])[] = [
  ['nothing after TLS', []],
  ['half of the first words', [preface.subarray(0, 10)]],
  ['no request', [preface, settings]],
  ['half of a head', [preface, settings, frame('headers', endStream, 1, fields('GET'))]],
  ['half of a frame', [preface, settings, get.subarray(0, 12)]],
];

test.each(silences)(
  `${verifies('egress.bounded', 'a connection in HTTP/2 on which nothing more comes is given up')}: %s`,
  async (_name, bytes) => {
    await using proxy = await startReadingProxy(1, { limits: { idleSeconds: 0.2 } });
    const { socket } = await send(proxy, ...bytes);
    await vi.waitFor(() => expect(socket.destroyed).toBe(true), patient);
  },
);

/** RST_STREAM of the first stream, with CANCEL. */
const calledOff = frame('reset', 0, 1, number(8)).toString('hex');

test(
  verifies('egress.bounded', 'a request in HTTP/2 whose body never comes is called off, at its server too'),
  async () => {
    let isBroken = false;
    await using origin = await startSecureOrigin((server) =>
      server.on('stream', (stream) => {
        stream.on('error', () => {});
        stream.once('aborted', () => {
          isBroken = true;
        });
      }),
    );
    await using proxy = await startReadingProxy(origin.port, { limits: { idleSeconds: 0.5 } });
    const half = [frame('headers', endHeaders, 1, fields('POST')), frame('data', 0, 1, Buffer.from('half'))];
    const { heard } = await send(proxy, preface, settings, ...half);
    await vi.waitFor(() => expect(heard()).toContain(calledOff), patient);
    await vi.waitFor(() => expect(isBroken).toBe(true), patient);
  },
);

test(verifies('egress.bounded', 'an answer in HTTP/2 for which the client grants no room is called off'), async () => {
  await using origin = await startSecureOrigin((server) =>
    server.on('request', (_request, response) => response.end(Buffer.alloc(1024 ** 2))),
  );
  await using proxy = await startReadingProxy(origin.port, { limits: { idleSeconds: 0.5 } });
  const { heard } = await send(proxy, preface, settings, get);
  await vi.waitFor(() => expect(heard()).toContain(calledOff), patient);
});

/** A GOAWAY frame with this code (RFC 9113, 6.8), whichever stream was the last. */
const goneAway = (code: number): RegExp => new RegExp(`070000000000[0-9a-f]{8}0000000${code}`);

const games: readonly (readonly [name: string, bytes: readonly Buffer[], code: number])[] = [
  ['more room than there can be', [grant(0, 2 ** 31 - 1), grant(0, 2 ** 31 - 1)], 3],
  ['no room more', [grant(0, 0)], 1],
  [
    'a first window beyond the greatest',
    [frame('settings', 0, 0, Buffer.concat([Buffer.from([0, 4]), number(2 ** 31)]))],
    3,
  ],
  ['room for a stream that never was', [grant(7, 1)], 1],
];

test.each(games)(
  `${verifies('egress.http2-floods', 'a client that plays with windows loses its connection')}: %s`,
  async (_name, bytes, code) => {
    await using proxy = await startReadingProxy(1);
    const { socket, heard } = await send(proxy, preface, settings, ...bytes);
    if (!socket.destroyed) await new Promise((resolve) => socket.once('close', resolve));
    expect(heard()).toMatch(goneAway(code));
  },
);
