import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { compile, decide, requestTerms } from '@clawhold/policy';
import { noUsage, policyDocumentSchema } from '@clawhold/spec';
import { emptyPins } from './answers/tool-pins.ts';
import { emptyDesk } from './credentials/desk.ts';
import { systemResolver } from './dial/resolver.ts';
import { createServiceTable } from './dial/services.ts';
import { createEgress } from './egress.ts';
import type { EgressRecord } from './hooks.ts';
import { external, identity } from './testing.ts';
import { loadCertificateAuthority } from './tls/authority-folder.ts';
import { createAuthorityKeys, openAuthority } from './tls/certificate-authority.ts';
import { sandboxBundle } from './tls/trust.ts';

/**
 * Run by network.test.ts inside a network namespace where public addresses are local: the proxy as in the product (the
 * system's resolver, the real dialler, the real policy) before servers on public addresses. Runs the commands of its
 * argument and prints what each said and what the proxy recorded.
 */

export interface SceneCommand {
  readonly words: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

export interface SceneResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly records: readonly Pick<EgressRecord, 'method' | 'url' | 'outcome' | 'status' | 'fault'>[];
}

/** Public addresses of the scene; in its namespace each leads to these servers. */
export const sceneHosts = {
  'bank.example': '93.184.215.14',
  'raw.example': '93.184.215.15',
  'fake.example': '93.184.215.16',
  'mail.example': '93.184.215.17',
  'tools.example': '93.184.215.18',
  'pinned.example': '93.184.215.19',
  'moved.example': '93.184.215.20',
  'inside.example': '10.0.0.5',
  'cloud.example': '169.254.169.254',
} as const;

const rest = (host: string) => ({ host, ports: [80, 443], rules: [{ allow: { method: 'GET', path: '/open/**' } }] });
const tunnel = (host: string, ports: number[]) => ({ host, ports, protocol: 'tcp' as const });

const document = policyDocumentSchema.parse({
  version: 1,
  network_policies: {
    all: {
      endpoints: [
        rest('bank.example'),
        rest('fake.example'),
        {
          host: 'tools.example',
          port: 443,
          path: '/mcp',
          protocol: 'mcp',
          tools: [{ name: 'search', allow: true }],
        },
        { host: 'bank.example', port: 443, path: '/packages/**', access: 'read-only', allow_encoded_slash: true },
        { host: 'pinned.example', port: 80, access: 'read-only', allowed_ips: ['93.184.215.19'] },
        { host: 'moved.example', port: 80, access: 'read-only', allowed_ips: ['93.184.215.16/30'] },
        tunnel('raw.example', [80, 443]),
        tunnel('mail.example', [25]),
        tunnel('inside.example', [80, 443]),
        tunnel('cloud.example', [80]),
      ],
    },
  },
});

async function main(folder: string, commands: readonly SceneCommand[]): Promise<void> {
  const compiled = compile({ ceiling: policyDocumentSchema.parse({ version: 1 }), agent: document });
  if (compiled.kind !== 'ok') throw new Error(JSON.stringify(compiled.problems));
  const { snapshot } = compiled;
  const world = openAuthority(createAuthorityKeys(Date.now()), Date.now);
  await openServers(world);

  const authority = await loadCertificateAuthority(folder);
  const bundle = `${folder}/bundle.pem`;
  await writeFile(bundle, sandboxBundle([world.certificate], authority.certificate));
  let records: EgressRecord[] = [];
  const egress = createEgress({
    authority,
    resolve: systemResolver(),
    services: createServiceTable({ services: () => ({}), folder, reserved: { ports: [], folders: [] } }),
    roots: [world.certificate],
    hooks: {
      inspect: (question) => ({ pointers: requestTerms(question, snapshot).destinations, digestBody: false }),
      decide: (question) => decide(question, snapshot, noUsage, Date.now()),
      reconsider: (question) => decide(question, snapshot, noUsage, Date.now()),
      isReachable: () => false,
      needsProgram: () => false,
      programOf: () => Promise.resolve(undefined),
      before: () => ({ kind: 'go' }),
      propose: () => null,
      observe: (record) => records.push(record),
      labelOf: () => external,
      dataLabel: () => external,
      requestDigest: () => '0'.repeat(64),
      credentials: emptyDesk,
      guarded: () => undefined,
      found: () => {},
      toolPins: emptyPins,
      policy: () => Promise.reject(new Error('no policy here')),
      inference: async ({ method, path }) => ({
        status: 200,
        headers: { 'content-type': 'text/plain' },
        body: (async function* () {
          yield Buffer.from(`model ${method} ${path}`);
        })(),
      }),
    },
  });
  const server = createServer().listen(3128, '127.0.0.1');
  await once(server, 'listening');
  egress.attach({ server, identity, kind: 'proxy' });
  const proxy = 'http://127.0.0.1:3128';
  const results: SceneResult[] = [];
  for (const { words, environment } of commands) {
    records = [];
    const [file = '', ...others] = words;
    const env = {
      PATH: process.env['PATH'],
      http_proxy: proxy,
      https_proxy: proxy,
      HTTP_PROXY: proxy,
      HTTPS_PROXY: proxy,
      CURL_CA_BUNDLE: bundle,
      NODE_EXTRA_CA_CERTS: bundle,
      SSL_CERT_FILE: bundle,
      ...environment,
    };
    const said = await new Promise<{ stdout: string; stderr: string }>((resolve) => {
      execFile(file, others, { env, timeout: 30_000 }, (_error, stdout, stderr) => resolve({ stdout, stderr }));
    });
    await connectionsEnd(server);
    results.push({
      ...said,
      records: records.map(({ method, url, outcome, status, fault }) => ({ method, url, outcome, status, fault })),
    });
  }
  process.stdout.write(JSON.stringify(results));
  process.exit(0);
}

/** A program may exit before the proxy has seen the end of its connection; the record comes with that. */
async function connectionsEnd(server: Server): Promise<void> {
  while ((await promisify(server.getConnections.bind(server))()) > 0) await sleep(5);
  await sleep(5);
}

function answer(name: string): RequestListener {
  return (request, response) => response.end(`${name} ${request.method} ${request.url}\n`);
}

async function openServers(world: ReturnType<typeof openAuthority>): Promise<void> {
  const stranger = openAuthority(createAuthorityKeys(Date.now()), Date.now);
  const secured = createTlsServer(
    { SNICallback: (name, done) => done(null, (name === 'fake.example' ? stranger : world).issue(name)) },
    answer('tls'),
  );
  const smtp = createServer((socket) => {
    socket.on('error', () => {});
    socket.end('220 mail.example\r\n');
  });
  secured.listen(443);
  const plain = createHttpServer(answer('plain')).listen(80);
  smtp.listen(25);
  await Promise.all([secured, plain, smtp].map((server) => once(server, 'listening')));
}

// Also imported, for its types and its hosts.
const [, script, folder, commands] = process.argv;
if (script === import.meta.filename && folder !== undefined && commands !== undefined)
  await main(folder, JSON.parse(commands) as SceneCommand[]);
