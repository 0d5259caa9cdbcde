import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { programWorks, startTestNetwork, temporaryFolder, verifies } from '@clawhold/testkit';
import { expect, test, vi } from 'vitest';
import { type SceneCommand, type SceneResult, sceneHosts } from './scene.ts';

// Each command is a process of its own, five or six to a test.
vi.setConfig({ testTimeout: 60_000 });

const node = process.execPath;
const clientProgram = fileURLToPath(new URL('./scene-client.ts', import.meta.url));
const show = 'async (a) => console.log(a.status, a.headers.get("x-clawhold-decision"), await a.text())';
const fetched = (url: string): readonly string[] => [node, '-e', `fetch(${JSON.stringify(url)}).then(${show})`];
const client = (...words: string[]): readonly string[] => [node, clientProgram, ...words];
const curl = (...words: string[]): readonly string[] => ['curl', '-sS', '--max-time', '25', ...words];

/** Runs commands one after the other inside, each as a program of a sandbox. */
async function play(commands: readonly (readonly string[])[]): Promise<readonly SceneResult[]> {
  const folder = await temporaryFolder();
  await using network = await startTestNetwork({ hosts: sceneHosts });
  const list: SceneCommand[] = commands.map((words) => ({ words, environment: { NODE_USE_ENV_PROXY: '1' } }));
  const ran = await network.run([node, join(import.meta.dirname, 'scene.ts'), folder, JSON.stringify(list)]);
  if (!ran.stdout.startsWith('[')) throw new Error(ran.stderr);
  // Printed by scene.ts, which is typed.
  return JSON.parse(ran.stdout) as SceneResult[];
}

test(
  verifies('egress.tls-inspected', 'fetch sees allowed paths, in TLS and in the clear, and nothing else'),
  async () => {
    const [open, closed, plain, plainClosed] = await play([
      fetched('https://bank.example/open/b'),
      fetched('https://bank.example/closed'),
      fetched('http://bank.example/open/d'),
      client('proxy', 'http://bank.example/closed'),
    ]);
    expect(open).toMatchObject({
      stdout: '200 allowed tls GET /open/b\n\n',
      records: [{ url: 'https://bank.example/open/b', outcome: 'answered' }],
    });
    expect(closed?.stdout).toMatch(/^403 denied \{"error":"policy_denied"/);
    expect(plain?.stdout).toBe('200 allowed plain GET /open/d\n\n');
    expect(plainClosed?.stdout).toMatch(/^403 denied \{"error":"policy_denied"/);
  },
);

test(verifies('egress.mcp', 'a program sees the tools that its policy allows, in TLS, and no others'), async () => {
  const called = (tool: string): readonly string[] => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: tool } });
    const request = { method: 'POST', headers: { 'content-type': 'application/json' }, body };
    return [node, '-e', `fetch("https://tools.example/mcp", ${JSON.stringify(request)}).then(${show})`];
  };
  const [search, drop, elsewhere] = await play([
    called('search'),
    called('drop'),
    fetched('https://tools.example/other'),
  ]);
  expect(search?.stdout).toBe('200 allowed tls POST /mcp\n\n');
  expect(drop?.stdout).toMatch(/^403 denied .*\(tools\/call drop\)/);
  expect(elsewhere?.stdout).toMatch(/^403 denied /);
  expect(drop?.records).toMatchObject([{ url: 'https://tools.example/mcp', outcome: 'refused' }]);
});

test.skipIf(!programWorks('curl', '--version'))('curl sees the same as fetch', async () => {
  const [open, closed, plain, tunnelled] = await play([
    curl('https://bank.example/open/a'),
    curl('-i', 'https://bank.example/closed'),
    curl('http://bank.example/open/c'),
    curl('https://raw.example/any'),
  ]);
  expect(open?.stdout).toBe('tls GET /open/a\n');
  expect(closed?.stdout).toContain('"error":"policy_denied"');
  expect(plain?.stdout).toBe('plain GET /open/c\n');
  expect(tunnelled?.stdout).toBe('tls GET /any\n');
});

test(verifies('egress.upstream-verified', 'a server with a certificate of a stranger is not spoken to'), async () => {
  const [fake] = await play([fetched('https://fake.example/open/a')]);
  expect(fake?.stdout).toMatch(/^502 allowed .*"code":"upstream_tls_failed"/);
  expect(fake?.records).toMatchObject([{ outcome: 'failed', fault: 'tls_failed' }]);
});

test(verifies('egress.server-name', 'a tunnel carries TLS for its own host only'), async () => {
  const [honest, fronted, inspected, nameless, clear] = await play([
    fetched('https://raw.example/any/path'),
    client('tunnel', 'raw.example:443', 'tls', 'bank.example'),
    client('tunnel', 'bank.example:443', 'tls', 'raw.example'),
    client('tunnel', 'raw.example:443', 'tls'),
    client('tunnel', 'raw.example:443', 'plain', 'GET / HTTP/1.1\r\nHost: bank.example\r\n\r\n'),
  ]);
  expect(honest).toMatchObject({
    stdout: '200 null tls GET /any/path\n\n',
    records: [{ method: 'CONNECT', url: 'raw.example:443', outcome: 'answered' }],
  });
  for (const refused of [fronted, inspected, nameless]) {
    expect(refused?.stdout).toMatch(/^HTTP\/1\.1 200 Connection established\nalert \w*UNRECOGNIZED_NAME\n$/);
    expect(refused?.records).toMatchObject([{ fault: 'server_name' }]);
  }
  expect(clear?.stdout).not.toContain('GET');
  expect(clear?.records).toMatchObject([{ outcome: 'cut', fault: 'not_tls' }]);
});

test(
  verifies('egress.public-addresses-only', 'an allowed name that points inside is refused all the same'),
  async () => {
    const [inside, tunnelled, cloud, literal] = await play([
      client('proxy', 'http://inside.example/'),
      client('tunnel', 'inside.example:443', 'tls', 'inside.example'),
      client('proxy', 'http://cloud.example/latest/meta-data/'),
      client('proxy', 'http://127.0.0.1/'),
    ]);
    expect(inside?.stdout).toContain('inside.example points to 10.0.0.5, which is not a public address (private).');
    expect(tunnelled?.stdout).toMatch(/^HTTP\/1\.1 403/);
    expect(cloud?.stdout).toContain('(metadata)');
    expect(literal?.stdout).toMatch(/^403 denied/);
    for (const result of [inside, tunnelled, cloud, literal])
      expect(result?.records).toMatchObject([{ outcome: 'refused' }]);
  },
);

test(verifies('egress.allowed-addresses', 'a name leads to the addresses that the policy gives it'), async () => {
  const [pinned, moved] = await play([
    client('proxy', 'http://pinned.example/a'),
    client('proxy', 'http://moved.example/a'),
  ]);
  expect(pinned?.stdout).toBe('200 allowed plain GET /a\n\n');
  expect(moved?.stdout).toContain('moved.example points to 93.184.215.20, which is not among the addresses');
  expect(moved?.records).toMatchObject([{ outcome: 'refused' }]);
});

test(verifies('egress.encoded-slash', 'an encoded slash leaves as it is, where the policy says so only'), async () => {
  const [allowed, elsewhere, hidden] = await play([
    fetched('https://bank.example/packages/@scope%2fname'),
    fetched('https://bank.example/open/@scope%2fname'),
    client('proxy', 'http://bank.example/packages/..%2f..%2fopen'),
  ]);
  expect(allowed?.stdout).toBe('200 allowed tls GET /packages/@scope%2Fname\n\n');
  expect(elsewhere?.stdout).toMatch(/^403 denied .*allow_encoded_slash/);
  expect(hidden?.stdout).toMatch(/^400 malformed .*request_path/);
});

test('a server that speaks first is heard through a tunnel', async () => {
  const [mail] = await play([client('tunnel', 'mail.example:25', 'plain')]);
  expect(mail?.stdout).toBe('HTTP/1.1 200 Connection established\n220 mail.example\r\nclosed\n');
});

test('inference.local answers by proxy, by tunnel and through TLS', async () => {
  const [proxied, tunnelled, secured] = await play([
    client('proxy', 'http://inference.local/v1/models'),
    fetched('http://inference.local/v1/models?x=1'),
    fetched('https://inference.local/v1/models'),
  ]);
  expect(proxied?.stdout).toBe('200 allowed model GET /v1/models\n');
  expect(tunnelled?.stdout).toBe('200 allowed model GET /v1/models?x=1\n');
  expect(secured?.stdout).toBe('200 allowed model GET /v1/models\n');
});
