import { once } from 'node:events';
import { type ClientHttp2Session, connect, constants, type Http2SecureServer } from 'node:http2';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { verifies } from '@clawhold/testkit';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Bench } from '../testing.ts';
import { openTunnel, shop, startReadingProxy, startSecureOrigin, startTlsOrigin } from '../testing-tls.ts';
import { block, endHeaders, endStream, frame, preface } from './raw-frames.ts';

vi.setConfig({ testTimeout: 60_000 });

async function openSession(proxy: Bench): Promise<ClientHttp2Session> {
  const socket = await openTunnel(proxy, ['h2']);
  const session = connect(`https://${shop}`, { createConnection: () => socket, maxSessionMemory: 100 });
  session.on('error', () => {}).setMaxListeners(0); // one of each stream
  onTestFinished(() => session.destroy());
  return session;
}

/** On a busy machine everything comes, later. */
const patient = { timeout: 60_000 };
const pieceBytes = 16 * 1024;

/** Bytes of the answer. */
async function ask(session: ClientHttp2Session, path: string): Promise<number> {
  const stream = session.request({ ':path': path });
  const [headers] = await once(stream, 'response');
  expect(headers[':status']).toBe(200);
  return (await buffer(stream)).length;
}

const answerWith =
  (bytes: number) =>
  (server: Http2SecureServer): unknown =>
    server.on('request', (_request, response) => {
      response.setHeader('content-length', bytes);
      // In pieces, each when the one before has left: else the server holds more than it allows itself.
      Readable.from(pieces(bytes)).pipe(response);
    });

function* pieces(bytes: number): Generator<Buffer> {
  for (let left = bytes; left > 0; left -= pieceBytes) yield Buffer.alloc(Math.min(left, pieceBytes), 'x');
}

test.each([
  [256, 1_024, 4],
  [32, 1024 ** 2, 1],
])(
  verifies('egress.http2-streams', '%i callers of one connection, answers of %i bytes, %i times: each has its answer'),
  async (callers, bytes, times) => {
    await using origin = await startSecureOrigin(answerWith(bytes));
    await using proxy = await startReadingProxy(origin.port);
    const session = await openSession(proxy);
    const caller = async (): Promise<void> => {
      for (let time = 0; time < times; time++) expect(await ask(session, '/')).toBe(bytes);
    };
    await Promise.all(Array.from({ length: callers }, caller));
    expect(proxy.records.every(({ outcome }) => outcome === 'answered')).toBe(true);
  },
);

test(
  verifies('egress.http2-streams', 'a server that takes few streams at a time gets no more, over few connections'),
  async () => {
    let [sessions, open, most] = [0, 0, 0];
    const waiting: (() => void)[] = [];
    await using origin = await startSecureOrigin((server) => {
      server.updateSettings({ maxConcurrentStreams: 3 });
      server.on('session', () => sessions++);
      server.on('stream', (stream) => {
        most = Math.max(most, ++open);
        stream.on('close', () => open--);
        waiting.push(() => {
          stream.respond({ ':status': 200, 'content-length': 2 });
          stream.end('ok');
        });
        // Whoever can still come has come when nobody does for some turns.
        setTimeout(() => waiting.shift()?.(), 20);
      });
    });
    await using proxy = await startReadingProxy(origin.port);
    const session = await openSession(proxy);
    const answers = await Promise.all(Array.from({ length: 60 }, () => ask(session, '/')));
    expect(answers).toEqual(Array.from({ length: 60 }, () => 2));
    expect(sessions).toBe(4);
    expect(most).toBeLessThanOrEqual(12);
  },
);

test(
  verifies('egress.http2-streams', 'what a server refused unseen is sent once more, if it changes nothing'),
  async () => {
    const asked: string[] = [];
    await using origin = await startSecureOrigin((server) =>
      server.on('stream', (stream, headers) => {
        asked.push(String(headers[':method']));
        stream.on('error', () => {});
        if (asked.length % 2 === 1) stream.close(constants.NGHTTP2_REFUSED_STREAM);
        else stream.respond({ ':status': 200, 'content-length': 0 }, { endStream: true });
      }),
    );
    await using proxy = await startReadingProxy(origin.port);
    const session = await openSession(proxy);
    expect(await ask(session, '/')).toBe(0);
    const post = session.request({ ':method': 'POST' }, { endStream: true });
    const [headers] = await once(post.resume(), 'response');
    expect(headers[':status']).toBe(502);
    expect(asked).toEqual(['GET', 'GET', 'POST']);
  },
);

test(
  verifies('egress.http2-streams', 'a server that never says how many streams it takes makes nobody wait for that'),
  async () => {
    let received = '';
    await using origin = await startTlsOrigin((socket) =>
      socket.on('data', (piece: Buffer) => {
        received += piece.toString('hex');
      }),
    );
    await using proxy = await startReadingProxy(origin.port, { limits: { dialSeconds: 0.5 } });
    const session = await openSession(proxy);
    for (let count = 0; count < 3; count++) session.request({ ':path': '/' }).on('error', () => {});
    // The heads of three streams: frames of type 1, with the flags of a request that is whole.
    await vi.waitFor(() => expect(received.match(/01050000000[135]/g)).toHaveLength(3), patient);
  },
);

const fields = [
  [':method', 'GET'],
  [':scheme', 'https'],
  [':authority', shop],
  [':path', '/'],
] as const;
const request = (index: number): Buffer => frame('headers', endHeaders | endStream, 2 * index + 1, block(fields));
const settings = (isAcknowledged: boolean): Buffer => frame('settings', isAcknowledged ? 1 : 0, 0, Buffer.alloc(0));

/** Opens eight streams where four are granted; what came back, as hexadecimal, with the end of the connection as `end`. */
async function openTooMany(proxy: Bench, knowsGrant: boolean): Promise<() => string> {
  const socket = await openTunnel(proxy, ['h2']);
  let received = '';
  socket.on('data', (piece: Buffer) => {
    received += piece.toString('hex');
  });
  socket.on('close', () => {
    received += 'end';
  });
  socket.write(Buffer.concat([preface, settings(false)]));
  await vi.waitFor(() => expect(received).not.toBe(''), patient);
  const requests = Array.from({ length: 8 }, (_, index) => request(index));
  socket.write(Buffer.concat([...(knowsGrant ? [settings(true)] : []), ...requests]));
  return () => received;
}

test(
  verifies('egress.http2-streams', 'streams beyond what was granted are refused, and the others live on'),
  async () => {
    await using origin = await startSecureOrigin(() => {}); // never answers
    await using proxy = await startReadingProxy(origin.port, { limits: { streams: 4 } });
    const received = await openTooMany(proxy, false);
    const refusals = [9, 11, 13, 15].map((id) => frame('reset', 0, id, Buffer.from([0, 0, 0, 7])).toString('hex'));
    await vi.waitFor(() => expect(refusals.filter((refusal) => !received().includes(refusal))).toEqual([]), patient);
    expect(received()).not.toContain('end');
    await vi.waitFor(() =>
      expect(proxy.decided.filter(({ question }) => question.operation !== undefined)).toHaveLength(4),
    );
  },
);

test(
  verifies('egress.http2-streams', 'a client that said that it knows the grant, and goes beyond it, is cut off'),
  async () => {
    await using origin = await startSecureOrigin(() => {});
    await using proxy = await startReadingProxy(origin.port, { limits: { streams: 4 } });
    const received = await openTooMany(proxy, true);
    await vi.waitFor(() => expect(received()).toMatch(/end$/), patient);
  },
);

test(
  verifies('egress.http2-streams', 'answers that a client never reads are not read from their server either'),
  async () => {
    let written = 0;
    await using origin = await startSecureOrigin((server) =>
      server.on('stream', (stream) => {
        stream.on('error', () => {});
        stream.respond({ ':status': 200 });
        const pour = (): void => {
          stream.write(Buffer.alloc(pieceBytes), (error) => {
            if (error) return;
            written += pieceBytes;
            pour();
          });
        };
        pour();
      }),
    );
    await using proxy = await startReadingProxy(origin.port);
    const streams = 100;
    const socket = await openTunnel(proxy, ['h2']);
    socket.resume(); // reads frames, and never grants more than the 64 KiB of the beginning
    const requests = Array.from({ length: streams }, (_, index) => request(index));
    socket.write(Buffer.concat([preface, settings(false), ...requests]));
    await vi.waitFor(() => expect(written).toBeGreaterThan(0), patient);
    let before = -1;
    while (before !== written) {
      before = written;
      await new Promise((resolve) => {
        setTimeout(resolve, 500);
      });
    }
    // The window of each stream to the server, and what lies in sockets and queues on the way.
    expect(written).toBeLessThan(streams * 512 * 1024);
    socket.destroy();
  },
);
