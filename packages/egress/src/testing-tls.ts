import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { createSecureServer, type Http2SecureServer } from 'node:http2';
import { createServer } from 'node:https';
import { connect, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type SecureContext, connect as secure, type TLSSocket } from 'node:tls';
import { type Bench, type BenchOptions, listen, type Origin, startProxy, viaService } from './testing.ts';
import { type CertificateAuthority, createAuthorityKeys, openAuthority } from './tls/certificate-authority.ts';

/** For tests of what happens inside TLS: a proxy that reads inside, before servers that prove to be `shop.example`. */

/** Who vouches for the servers of a test. */
export const world: CertificateAuthority = openAuthority(createAuthorityKeys(Date.now()), Date.now);

export const shop = 'shop.example';

/** A server with TLS that speaks HTTP/2, and HTTP/1.1 to whoever wants that. */
export function startSecureOrigin(set: (server: Http2SecureServer) => void): Promise<Origin> {
  const server = createSecureServer({ allowHTTP1: true, SNICallback: (name, done) => done(null, world.issue(name)) });
  server.on('sessionError', () => {});
  set(server);
  return startTls(server);
}

/** A server with TLS that knows HTTP/1.1 only. */
export function startOldOrigin(handle: RequestListener): Promise<Origin> {
  return startTls(createServer({ SNICallback: (name, done) => done(null, world.issue(name)) }, handle));
}

/** A server with TLS that is written byte by byte, and says that it speaks HTTP/2. */
export function startTlsOrigin(handle: (socket: TLSSocket) => void): Promise<Origin> {
  const context = {
    SNICallback: (name: string, done: SniDone) => done(null, world.issue(name)),
    ALPNProtocols: ['h2'],
  };
  const server = createTlsServer(context, (socket) => {
    socket.on('error', () => {});
    handle(socket);
  });
  return startTls(server);
}

type SniDone = (error: null, context: SecureContext) => void;

async function startTls(server: Server): Promise<Origin> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  return {
    port: await listen(server),
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** A proxy that reads inside every tunnel, and leads what is inside to the service of the host's name. */
export function startReadingProxy(port: number, options: BenchOptions = {}): Promise<Bench> {
  const inside = options.decide ?? (() => viaService(shop));
  return startProxy({
    ...options,
    services: { [shop]: port },
    roots: [world.certificate],
    decide: (question) =>
      question.operation === undefined
        ? viaService(shop, { kind: 'inspect', tls: 'terminate', protocol: 'rest' })
        : inside(question),
  });
}

/** A program's side of a tunnel to the shop through the proxy, with TLS. */
export async function openTunnel(proxy: Bench, protocols: readonly string[]): Promise<TLSSocket> {
  const socket = connect(proxy.port, '127.0.0.1');
  socket.write(`CONNECT ${shop}:443 HTTP/1.1\r\nHost: ${shop}:443\r\n\r\n`);
  await once(socket, 'data');
  const tls = secure({
    socket,
    servername: shop,
    ca: proxy.authority.certificate,
    ...(protocols.length > 0 ? { ALPNProtocols: [...protocols] } : {}),
  });
  tls.on('error', () => {});
  await once(tls, 'secureConnect');
  return tls;
}
