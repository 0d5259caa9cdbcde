import { writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { temporaryFolder, verifies } from '@clawhold/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { runCall } from './testing/run-call.ts';
import { selfSigned } from './testing/self-signed.ts';

interface Seen {
  readonly method: string | undefined;
  readonly target: string | undefined;
  readonly headers: readonly string[];
  readonly body: string;
}

interface Answer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: string | Buffer;
}

/** A proxy that answers by itself and remembers what it was asked. */
async function proxy(answer: Answer): Promise<{ readonly url: string; readonly seen: Seen[] }> {
  const seen: Seen[] = [];
  const note = async (request: IncomingMessage): Promise<void> => {
    const body = (await buffer(request)).toString();
    seen.push({ method: request.method, target: request.url, headers: request.rawHeaders, body });
  };
  const server: Server = createServer(async (request, response) => {
    await note(request);
    response.writeHead(answer.status, answer.headers).end(answer.body);
  });
  server.on('connect', (request, socket) => {
    seen.push({ method: 'CONNECT', target: request.url, headers: request.rawHeaders, body: '' });
    const body = answer.body ?? '';
    const head = Object.entries(answer.headers ?? {}).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.end(`HTTP/1.1 ${answer.status} Refused\r\n${head.join('')}content-length: ${body.length}\r\n\r\n${body}`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  // `listen` with a port on an address gives this shape.
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

async function fetchThrough(answer: Answer, values: Record<string, unknown>) {
  const { url, seen } = await proxy(answer);
  const result = await runCall(await temporaryFolder(), 'http.fetch', values, { HTTP_PROXY: url });
  return { result, seen };
}

test(verifies('tools.fetch-is-one-request', 'the proxy gets the one request that was planned'), async () => {
  const { result, seen } = await fetchThrough(
    { status: 201, headers: { 'content-type': 'application/json', 'set-cookie': 'a=b' }, body: '{"id":7}' },
    { url: 'http://finance.local/postings?x=1', method: 'POST', headers: { 'X-One': '1' }, body: '{"total":"12.50"}' },
  );
  expect(result).toEqual({
    ok: true,
    output: 'HTTP 201\ncontent-type: application/json\n\n{"id":7}',
    from: { kind: 'host', host: 'finance.local', safe: false },
  });
  expect(seen).toEqual([
    {
      method: 'POST',
      target: 'http://finance.local/postings?x=1',
      headers: [
        'content-type',
        'application/json',
        'x-one',
        '1',
        'host',
        'finance.local',
        'content-length',
        '17',
        'connection',
        'close',
      ],
      body: '{"total":"12.50"}',
    },
  ]);
});

test(verifies('tools.fetch-is-one-request', 'a redirect is returned, not followed'), async () => {
  const { result, seen } = await fetchThrough(
    { status: 302, headers: { location: 'http://evil.example.net/' } },
    { url: 'http://a.example.com/' },
  );
  expect(result.output).toBe('HTTP 302\nlocation: http://evil.example.net/\n\n');
  expect(seen).toHaveLength(1);
});

const refusal = JSON.stringify({
  error: 'policy_denied',
  asked: { kind: 'egress', what: 'evil.example.net:443' },
  reasons: [{ code: 'no_rule', text: 'No rule allows evil.example.net:443.' }],
  rules: [],
  next: 'Go on without it.',
});

test.each(['http://evil.example.net/', 'https://evil.example.net/'])(
  'a refusal of %s is told in words',
  async (url) => {
    const { result, seen } = await fetchThrough(
      { status: 403, headers: { 'x-clawhold-decision': 'denied' }, body: refusal },
      { url },
    );
    expect(result).toMatchObject({
      ok: false,
      output: 'The policy refused this request. No rule allows evil.example.net:443. Go on without it.',
    });
    expect(seen).toHaveLength(1);
    if (url.startsWith('https')) expect(seen[0]).toMatchObject({ method: 'CONNECT', target: 'evil.example.net:443' });
  },
);

test(
  verifies('tools.fetch-is-one-request', 'https goes through a tunnel, and is encrypted to the host itself'),
  async () => {
    const { key, certificate } = selfSigned('a.example.com');
    const upstream = createTlsServer({ key, cert: certificate }, async (request, response) => {
      response.end(
        `${request.method} ${request.url} for ${request.headers.host}: ${(await buffer(request)).toString()}`,
      );
    });
    const tunnel = createServer().on('connect', (_, client) => {
      const there = connect((upstream.address() as AddressInfo).port, '127.0.0.1', () => {
        client.write('HTTP/1.1 200 OK\r\n\r\n');
        client.on('error', () => there.destroy()).pipe(there);
        there.on('error', () => client.destroy()).pipe(client);
      });
    });
    for (const server of [upstream, tunnel])
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      upstream.close();
      tunnel.close();
    });
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'ca.pem'), certificate);
    const environment = { HTTP_PROXY: `http://127.0.0.1:${(tunnel.address() as AddressInfo).port}` };
    const values = { url: 'https://a.example.com/x?y=1', method: 'PUT', body: 'hello' };
    const trusted = { ...environment, NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') };
    expect((await runCall(folder, 'http.fetch', values, trusted)).output).toBe(
      'HTTP 200\n\nPUT /x?y=1 for a.example.com: hello',
    );
    expect((await runCall(folder, 'http.fetch', values, environment)).output).toContain('self-signed certificate');
  },
);

test('a long body is cut, bytes come as base64, errors of a server are not ok', async () => {
  const long = await fetchThrough({ status: 200, body: 'x'.repeat(400_000) }, { url: 'http://a.example.com/' });
  expect(long.result.output).toMatch(/x\n\(the body was cut here\)$/);
  const binary = await fetchThrough(
    { status: 200, body: Buffer.from([0xff, 0xfe, 0]) },
    { url: 'http://a.example.com/' },
  );
  expect(binary.result.output).toContain('(binary, base64) //4A');
  expect((await fetchThrough({ status: 500, body: 'no' }, { url: 'http://a.example.com/' })).result.ok).toBe(false);
});

test('no proxy is one clear sentence', async () => {
  const result = await runCall(
    await temporaryFolder(),
    'http.fetch',
    { url: 'http://a.example.com/' },
    { HTTP_PROXY: 'http://127.0.0.1:9' },
  );
  expect(result).toMatchObject({
    ok: false,
    output: expect.stringMatching(/^The request failed: .*ECONNREFUSED.*\.$/),
  });
});
