import { verifies } from '@clawhold/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { type HttpServer, listenHttp } from './listen.ts';
import { securityHeaders } from './security-headers.ts';
import { rawExchange } from './testing/raw-exchange.ts';

/** A server that counts what reaches it. */
async function serve(host = '127.0.0.1', port = 0): Promise<{ readonly http: HttpServer; readonly reached: string[] }> {
  const reached: string[] = [];
  const http = await listenHttp({
    host,
    port,
    handler: async (request) => {
      reached.push(`${request.method} ${request.url} ${await request.text()}`);
      return new Response('OURS');
    },
  });
  onTestFinished(() => http.close());
  return { http, reached };
}

test(verifies('gateway.own-host-only', 'our names are answered, in any case'), async () => {
  const { http, reached } = await serve();
  for (const name of ['127.0.0.1', 'localhost', 'LocalHost']) {
    const answer = await rawExchange(
      http.port,
      `GET / HTTP/1.1\r\nHost: ${name}:${http.port}\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1.1 200 /);
    expect(answer).toContain('OURS');
  }
  expect(reached).toHaveLength(3);
});

test(verifies('gateway.own-host-only', 'on IPv6 our name is the address in brackets'), async () => {
  const { http } = await serve('::1');
  expect([...http.origins]).toEqual([`http://[::1]:${http.port}`]);
  expect((await fetch(`http://[::1]:${http.port}/`)).status).toBe(200);
});

const foreign: Readonly<Record<string, (port: number) => string>> = {
  'another name': (port) => `GET / HTTP/1.1\r\nHost: attacker.example:${port}\r\n`,
  'our name in a longer one': (port) => `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}.attacker.example\r\n`,
  'no port': () => 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n',
  'another port': (port) => `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port + 1}\r\n`,
  'a user part': (port) => `GET / HTTP/1.1\r\nHost: a@127.0.0.1:${port}\r\n`,
  'a trailing dot': (port) => `GET / HTTP/1.1\r\nHost: localhost.:${port}\r\n`,
  'another spelling of the address': (port) => `GET / HTTP/1.1\r\nHost: 127.1:${port}\r\n`,
  IPv6: (port) => `GET / HTTP/1.1\r\nHost: [::1]:${port}\r\n`,
  nothing: () => 'GET / HTTP/1.1\r\nHost:\r\n',
  'no host': () => 'GET / HTTP/1.1\r\n',
  'no host, HTTP/1.0': () => 'GET / HTTP/1.0\r\n',
  'two hosts, ours first': (port) => `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nHost: attacker.example\r\n`,
  'two hosts, ours last': (port) => `GET / HTTP/1.1\r\nHost: attacker.example\r\nHost: 127.0.0.1:${port}\r\n`,
  'a list': (port) => `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}, attacker.example\r\n`,
  'only X-Forwarded-Host': (port) =>
    `GET / HTTP/1.1\r\nHost: attacker.example\r\nX-Forwarded-Host: 127.0.0.1:${port}\r\n`,
  'an absolute target elsewhere': (port) => `GET http://attacker.example/ HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n`,
  'an absolute target of ours': (port) => `GET http://127.0.0.1:${port}/ HTTP/1.1\r\nHost: attacker.example\r\n`,
  'a tunnel': (port) => `CONNECT attacker.example:443 HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n`,
  'an asterisk': (port) => `OPTIONS * HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n`,
  'an upgrade': (port) => `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n`,
  'an upgrade for another name': () => 'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n',
  'an upgrade to HTTP/2': (port) =>
    `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n`,
  'an expectation for another name': () =>
    'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nExpect: 100-continue\r\n',
  'an unknown expectation': (port) => `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nExpect: a-miracle\r\n`,
};

test.each(Object.entries(foreign))(verifies('gateway.own-host-only', '%s gets nothing of ours'), async (_, head) => {
  const { http, reached } = await serve();
  const answer = await rawExchange(http.port, `${head(http.port)}Connection: close\r\n\r\n`);
  expect(reached).toEqual([]);
  expect(answer).not.toContain('OURS');
  expect(answer).not.toContain(' 100 ');
  expect(answer).not.toMatch(/^HTTP\/1.1 (1|2|3|5)/);
});

test(verifies('gateway.strict-headers', 'even the refusal of a host carries them'), async () => {
  const { http } = await serve();
  const answer = (await rawExchange(http.port, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n')).toLowerCase();
  for (const [name, value] of Object.entries(securityHeaders))
    expect(answer).toContain(`${name}: ${value}`.toLowerCase());
});

test('a body that waits for "100 Continue" of our host is served', async () => {
  const { http, reached } = await serve();
  const head = `POST / HTTP/1.1\r\nHost: ${`127.0.0.1:${http.port}`}\r\nConnection: close\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n`;
  expect(await rawExchange(http.port, `${head}body`)).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 /);
  expect(reached).toEqual([`POST http://127.0.0.1:${http.port}/ body`]);
});

test.each(['0.0.0.0', '::', '192.0.2.1', '', 'example.org', '127.0.0.1.example.org', '::ffff:192.0.2.1'])(
  verifies('gateway.loopback-only', '"%s" is refused'),
  async (host) => {
    const refused = expect.objectContaining({ code: 'host_public_bind' });
    await expect(listenHttp({ host, port: 0, handler: () => new Response() })).rejects.toThrow(refused);
  },
);

test('a busy port is one clear sentence with a way out', async () => {
  const { http } = await serve();
  const refused = expect.objectContaining({
    code: 'host_port_busy',
    message: `Port ${http.port} is in use by another program.`,
    hint: expect.stringContaining(String(http.port + 1)),
  });
  await expect(serve('127.0.0.1', http.port)).rejects.toThrow(refused);
});
