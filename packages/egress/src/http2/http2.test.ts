import { once } from 'node:events';
import { type ClientHttp2Session, type ClientHttp2Stream, connect, type OutgoingHttpHeaders } from 'node:http2';
import { text } from 'node:stream/consumers';
import { verifies } from '@clawhold/testkit';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type Bench, decision, viaService } from '../testing.ts';
import {
  openTunnel,
  shop,
  startOldOrigin,
  startReadingProxy,
  startSecureOrigin,
  startTlsOrigin,
} from '../testing-tls.ts';
import { endHeaders, frame } from './raw-frames.ts';

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly trailers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

async function openSession(proxy: Bench): Promise<ClientHttp2Session> {
  const socket = await openTunnel(proxy, ['h2', 'http/1.1']);
  expect(socket.alpnProtocol).toBe('h2');
  const session = connect(`https://${shop}`, { createConnection: () => socket });
  session.on('error', () => {});
  onTestFinished(() => session.destroy());
  return session;
}

async function answerOf(stream: ClientHttp2Stream): Promise<Answer> {
  let trailers = {};
  stream.on('trailers', (fields) => {
    trailers = fields;
  });
  const [headers] = await once(stream, 'response');
  return { status: headers[':status'], headers, body: await text(stream), trailers };
}

function ask(session: ClientHttp2Session, headers: OutgoingHttpHeaders, body?: string): Promise<Answer> {
  const stream = session.request(headers, { endStream: body === undefined });
  if (body !== undefined) stream.end(body);
  return answerOf(stream);
}

test(verifies('egress.http2', 'requests in HTTP/2 are decided one by one and go on in it'), async () => {
  const arrived: string[] = [];
  await using origin = await startSecureOrigin((server) =>
    server.on('request', async (request, response) => {
      const body = await text(request);
      arrived.push(`${request.httpVersion} ${request.method} ${request.url} ${body}`);
      response.end(`answer to ${request.url}`);
    }),
  );
  await using proxy = await startReadingProxy(origin.port, {
    decide: ({ operation }) => (operation?.path === '/secret' ? decision('deny') : viaService(shop)),
  });
  const session = await openSession(proxy);
  const [one, denied, two] = await Promise.all([
    ask(session, { ':path': '/a/./one?q=1' }),
    ask(session, { ':path': '/x/../secret' }),
    ask(session, { ':path': '/two', ':method': 'POST' }, 'content'),
  ]);
  expect(one).toMatchObject({
    status: 200,
    body: 'answer to /a/one?q=1',
    headers: { 'x-clawhold-decision': 'allowed' },
  });
  expect(two.body).toBe('answer to /two');
  expect(denied).toMatchObject({ status: 403, headers: { 'x-clawhold-decision': 'denied' } });
  expect(JSON.parse(denied.body)).toMatchObject({
    error: 'policy_denied',
    asked: { what: 'GET shop.example:443/secret' },
  });
  expect(arrived.toSorted()).toEqual(['2.0 GET /a/one?q=1 ', '2.0 POST /two content']);
  expect(proxy.records.map(({ outcome }) => outcome).toSorted()).toEqual(['answered', 'answered', 'refused']);
});

test(verifies('egress.http2', 'a server that knows HTTP/1.1 only gets every request in it'), async () => {
  const arrived: string[] = [];
  await using origin = await startOldOrigin(async (request, response) => {
    const body = await text(request);
    const { cookie, host, te, 'transfer-encoding': coding } = request.headers;
    arrived.push(`${request.httpVersion} ${host} ${cookie} ${te} ${coding} ${body}`);
    response.writeHead(200, { trailer: 'x-sum' });
    response.addTrailers({ 'x-sum': '3' });
    response.end('old');
  });
  await using proxy = await startReadingProxy(origin.port);
  const session = await openSession(proxy);
  const cookies = { ':method': 'PUT', cookie: ['a=1', 'b=2'], te: 'trailers' };
  const answers = await Promise.all(['one', 'two'].map((body) => ask(session, cookies, body)));
  expect(answers).toMatchObject([
    { status: 200, body: 'old', trailers: { 'x-sum': '3' } },
    { status: 200, body: 'old', trailers: { 'x-sum': '3' } },
  ]);
  expect(arrived.toSorted()).toEqual(['one', 'two'].map((body) => `1.1 ${shop} a=1; b=2 undefined chunked ${body}`));
});

test(verifies('egress.http2', 'a client that knows HTTP/1.1 only gets it, whatever the server speaks'), async () => {
  const versions: string[] = [];
  await using origin = await startSecureOrigin((server) =>
    server.on('request', (request, response) => {
      versions.push(request.httpVersion);
      response.end('done');
    }),
  );
  await using proxy = await startReadingProxy(origin.port);
  for (const protocols of [['http/1.1'], []]) {
    const client = await openTunnel(proxy, protocols);
    client.write(`GET /a HTTP/1.1\r\nHost: ${shop}\r\nConnection: close\r\n\r\n`);
    expect(await text(client)).toMatch(/^HTTP\/1\.1 200 OK/);
  }
  expect(versions).toEqual(['1.1', '1.1']);
});

test(verifies('egress.http2', 'trailers pass both ways, and none that is read with the head'), async () => {
  const came: unknown[] = [];
  await using origin = await startSecureOrigin((server) =>
    server.on('stream', (stream) => {
      stream.on('trailers', (fields) => came.push(Object.entries(fields)));
      stream.respond({ ':status': 200 }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'x-sum': '7', authorization: 'no', 'x-clawhold-a': 'no' }));
      stream.resume().on('end', () => stream.end('content'));
    }),
  );
  await using proxy = await startReadingProxy(origin.port);
  const session = await openSession(proxy);
  const stream = session.request({ ':method': 'POST', te: 'trailers' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'x-after': '1', host: 'bank', cookie: 'a' }));
  stream.end('x');
  const answer = await answerOf(stream);
  expect(answer.trailers).toMatchObject({ 'x-sum': '7' });
  expect(Object.keys(answer.trailers)).toEqual(['x-sum']);
  expect(came).toEqual([[['x-after', '1']]]);
});

test(verifies('egress.http2', 'a body that the server does not read is not read from the client either'), async () => {
  await using origin = await startSecureOrigin((server) => server.on('stream', (stream) => stream.pause()));
  await using proxy = await startReadingProxy(origin.port);
  const session = await openSession(proxy);
  const stream = session.request({ ':method': 'POST' });
  stream.on('error', () => {});
  let accepted = 0;
  const piece = Buffer.alloc(64 * 1024);
  const pour = (): void => {
    if (accepted >= 64 * 1024 ** 2) return;
    stream.write(piece, () => {
      accepted += piece.length;
      pour();
    });
  };
  pour();
  let before = -1;
  while (before !== accepted) {
    before = accepted;
    await new Promise((resolve) => {
      setTimeout(resolve, 300);
    });
  }
  expect(accepted).toBeGreaterThan(0);
  // Windows of two connections, far from what the client would send.
  expect(accepted).toBeLessThan(16 * 1024 ** 2);
  stream.close();
});

test(verifies('egress.http2', 'half an answer never looks whole'), async () => {
  await using origin = await startSecureOrigin((server) =>
    server.on('stream', (stream) => {
      stream.on('error', () => {});
      stream.respond({ ':status': 200 });
      stream.write('half', () => stream.destroy(new Error('broken')));
    }),
  );
  await using proxy = await startReadingProxy(origin.port);
  const session = await openSession(proxy);
  const stream = session.request({ ':path': '/' });
  await expect(answerOf(stream)).rejects.toMatchObject({ code: 'ERR_HTTP2_STREAM_ERROR' });
  expect(proxy.records).toMatchObject([{ outcome: 'cut', fault: 'cut_off' }]);
});

test(verifies('egress.http2', 'one request that is cut by a policy leaves the others alone'), async () => {
  let isForbidden = false;
  await using origin = await startSecureOrigin((server) =>
    server.on('stream', (stream) => {
      stream.on('error', () => {});
      stream.respond({ ':status': 200 });
      stream.write('begun');
    }),
  );
  await using proxy = await startReadingProxy(origin.port, {
    hooks: {
      reconsider: ({ operation }) =>
        operation === undefined
          ? viaService(shop, { kind: 'inspect', tls: 'terminate', protocol: 'rest' })
          : isForbidden && operation.path === '/a'
            ? decision('deny')
            : viaService(shop),
    },
  });
  const session = await openSession(proxy);
  const streams = ['/a', '/b'].map((path) => session.request({ ':path': path }));
  for (const stream of streams) stream.on('error', () => {});
  await Promise.all(streams.map((stream) => once(stream, 'data')));
  isForbidden = true;
  expect(proxy.egress.reconsider()).toBe(1);
  const [a, b] = streams;
  await vi.waitFor(() => expect(a?.destroyed).toBe(true));
  expect(b?.closed).toBe(false);
  expect(session.destroyed).toBe(false);
});

test(
  verifies('egress.http2', 'an answer that is taken back without an error is half an answer all the same'),
  async () => {
    const head = Buffer.from([0x88]); // :status 200 (RFC 7541, appendix A)
    const frames = [
      frame('settings', 0, 0, Buffer.alloc(0)),
      frame('headers', endHeaders, 1, head),
      frame('data', 0, 1, Buffer.from('half')),
      frame('reset', 0, 1, Buffer.alloc(4)),
    ];
    await using origin = await startTlsOrigin((socket) =>
      socket.once('data', () => socket.write(Buffer.concat(frames))),
    );
    await using proxy = await startReadingProxy(origin.port);
    const session = await openSession(proxy);
    await expect(answerOf(session.request({ ':path': '/' }))).rejects.toMatchObject({ code: 'ERR_HTTP2_STREAM_ERROR' });
    expect(proxy.records).toMatchObject([{ outcome: 'cut', fault: 'cut_off' }]);
  },
);
