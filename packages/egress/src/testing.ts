import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage, type RequestListener } from 'node:http';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Decision, EgressQuestion, Label, Obligation } from '@clawhold/spec';
import { emptyPins } from './answers/tool-pins.ts';
import { emptyDesk } from './credentials/desk.ts';
import type { CompanyProxy } from './dial/company-proxy.ts';
import { createServiceTable } from './dial/services.ts';
import { createEgress, type Egress } from './egress.ts';
import type { Decided, EgressHooks, EgressRecord, Identity } from './hooks.ts';
import type { EgressLimits } from './limits.ts';
import { type CertificateAuthority, createAuthorityKeys, openAuthority } from './tls/certificate-authority.ts';

/** A harness for the tests of this package: a real proxy on loopback before real servers on loopback. */

export const identity: Identity = { run: 'run_0000000000', sandbox: 'sbx_0000000000', agent: 'default' };

export const external: Label = { integrity: 'external', confidentiality: 'internal', readers: null, sources: [] };

export function decision(kind: Decision['kind'], obligations: Obligation[] = []): Decision {
  const code = kind === 'allow' ? 'rule' : 'no_rule';
  return { kind, reasons: [{ code, text: `It is ${kind}.` }], rules: [], obligations, policy: 'a'.repeat(64) };
}

/** Allows what goes to the service of that name, as `services:` of a ceiling does. */
export function viaService(name: string, ...more: Obligation[]): Decision {
  return decision('allow', [{ kind: 'service', name }, ...more]);
}

export interface Bench extends AsyncDisposable {
  readonly port: number;
  readonly egress: Egress;
  readonly authority: CertificateAuthority;
  /** Everything that `before` and `observe` were told, in order. */
  readonly decided: Decided[];
  readonly records: EgressRecord[];
}

export interface BenchOptions {
  /** Service name to port. */
  readonly services?: Readonly<Record<string, number>>;
  readonly decide?: (question: EgressQuestion) => Decision;
  readonly hooks?: Partial<EgressHooks>;
  readonly limits?: Partial<EgressLimits>;
  readonly kind?: 'proxy' | 'direct-http';
  readonly companyProxy?: CompanyProxy;
  readonly roots?: readonly string[];
  readonly resolve?: (host: string) => Promise<readonly string[]>;
}

/** Starts a proxy whose listener is on loopback instead of in a sandbox. */
export async function startProxy(options: BenchOptions = {}): Promise<Bench> {
  const decided: Decided[] = [];
  const records: EgressRecord[] = [];
  const services = Object.fromEntries(Object.entries(options.services ?? {}).map(([name, port]) => [name, { port }]));
  const authority = openAuthority(createAuthorityKeys(Date.now()), Date.now);
  const egress = createEgress({
    authority,
    resolve: options.resolve ?? (() => Promise.reject(new Error('no names here'))),
    services: createServiceTable({
      services: () => services,
      folder: '/nonexistent',
      reserved: { ports: [], folders: [] },
    }),
    companyProxy: options.companyProxy,
    roots: options.roots ?? [],
    limits: options.limits ?? {},
    hooks: {
      inspect: () => ({ pointers: [], digestBody: false }),
      decide: options.decide ?? ((question) => viaService(question.host)),
      reconsider: options.decide ?? ((question) => viaService(question.host)),
      isReachable: () => false,
      needsProgram: () => false,
      programOf: () => Promise.resolve(undefined),
      before: (one) => {
        decided.push(one);
        return { kind: 'go' };
      },
      propose: () => null,
      observe: (record) => records.push(record),
      labelOf: () => external,
      dataLabel: () => external,
      requestDigest: () => 'd'.repeat(64),
      credentials: emptyDesk,
      guarded: () => undefined,
      found: () => {},
      toolPins: emptyPins,
      policy: () => Promise.reject(new Error('no policy here')),
      inference: () => Promise.reject(new Error('no model here')),
      ...options.hooks,
    },
  });
  const server = createServer();
  const port = await listen(server);
  egress.attach({ server, identity, kind: options.kind ?? 'proxy' });
  return {
    port,
    egress,
    authority,
    decided,
    records,
    [Symbol.asyncDispose]: async () => egress.close(),
  };
}

type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

export interface Origin extends AsyncDisposable {
  readonly port: number;
}

/** An HTTP server to be reached through the proxy. */
export async function startOrigin(handle: RequestListener, upgrade?: UpgradeListener): Promise<Origin> {
  const server = createHttpServer(handle);
  if (upgrade !== undefined) server.on('upgrade', upgrade);
  const port = await listen(server);
  return {
    port,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** A server that is written byte by byte. Gets each connection with a promise of what arrived up to the empty line. */
export async function startRawOrigin(handle: (socket: Socket, head: string) => void): Promise<Origin> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    let received = '';
    const onData = (bytes: Buffer): void => {
      received += bytes.toString('latin1');
      if (!received.includes('\r\n\r\n')) return;
      socket.off('data', onData);
      handle(socket, received);
    };
    socket.on('data', onData);
  });
  const port = await listen(server);
  return {
    port,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

export async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A TCP server that listens has an AddressInfo.
  return (server.address() as AddressInfo).port;
}

/** Sends bytes and returns everything that comes back until the other side ends. */
export async function talk(port: number, bytes: string | Buffer): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(bytes, 'latin1');
  return everything(socket);
}

const silenceMilliseconds = 60_000;

/**
 * Everything that comes until the end, a reset included.
 *
 * @throws Error when nothing came for a minute: who was to end the connection let it go on.
 */
export async function everything(socket: Socket): Promise<string> {
  let received = '';
  let silent = false;
  socket.setTimeout(silenceMilliseconds, () => {
    silent = true;
    socket.destroy();
  });
  socket.setEncoding('latin1');
  socket.on('data', (text: string) => {
    received += text;
  });
  socket.on('error', () => {});
  // Not once(): it rejects when an error comes first, and a reset is an end here.
  await new Promise((resolve) => {
    socket.on('close', resolve);
  });
  if (silent) throw new Error(`The connection did not end. It had said: ${JSON.stringify(received.slice(0, 500))}`);
  return received;
}
