import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:http';
import type { Duplex } from 'node:stream';
import { ClawholdError } from '@clawhold/spec';
import { getRequestListener } from '@hono/node-server';
import { allowedHosts, guardHost } from './host-guard.ts';

export interface HttpServer {
  readonly port: number;
  /** `http://127.0.0.1:<port>` and its other names: what a browser may call our origin. */
  readonly origins: ReadonlySet<string>;
  close(): Promise<void>;
}

export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  readonly handler: (request: Request) => Response | Promise<Response>;
  /** What is served under other names of this machine. */
  readonly others?: {
    readonly has: (host: string) => boolean;
    readonly handler: (request: Request) => Response | Promise<Response>;
    readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => Promise<void>;
  };
}

const loopback = new Set(['127.0.0.1', '::1', 'localhost']);

/**
 * Serves the API and the console on a loopback address.
 *
 * @throws ClawholdError `host_public_bind` for any other address: that needs TLS and a sign-in provider, which this
 *   version does not have; `host_port_busy` when the port is taken.
 */
export async function listenHttp({ host, port, handler, others }: ListenOptions): Promise<HttpServer> {
  if (!loopback.has(host))
    throw new ClawholdError('host_public_bind', `Clawhold does not listen on ${host} without TLS and sign-in.`, {
      hint: 'Keep it on 127.0.0.1 and reach it through an SSH tunnel.',
    });
  let hosts: ReadonlySet<string> = new Set();
  const server = createServer({ requestTimeout: 60_000, headersTimeout: 10_000, maxHeaderSize: 16 * 1024 });
  guardHost(
    server,
    () => hosts,
    getRequestListener(handler),
    others === undefined ? undefined : { ...others, listener: getRequestListener(others.handler) },
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(busy(error, port)));
    server.listen(port, host, resolve);
  });
  const address = server.address();
  const actual = typeof address === 'object' && address !== null ? address.port : port;
  hosts = allowedHosts(host, actual);
  return {
    port: actual,
    origins: new Set([...hosts].map((name) => `http://${name}`)),
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

function busy(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code !== 'EADDRINUSE') return error;
  return new ClawholdError('host_port_busy', `Port ${port} is in use by another program.`, {
    hint: `Choose another one, for example: CLAWHOLD_PORT=${port + 1} npm start`,
    cause: error,
  });
}
