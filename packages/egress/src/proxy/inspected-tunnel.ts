import { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { Client } from '../http1/client.ts';
import type { serve } from '../http1/serve.ts';
import type { serveHttp2 } from '../http2/serve-http2.ts';
import { type Fault, fault } from '../wire/fault.ts';
import type { ProxyContext } from './context.ts';
import { reportMalformed } from './record.ts';
import type { TunnelTarget } from './tunnel.ts';
import { readGreeting, unrecognisedName } from './tunnel-greeting.ts';

/** Who serves what is inside a tunnel. */
export interface Inside {
  readonly http1: typeof serve;
  readonly http2: typeof serveHttp2;
}

/**
 * Reads the requests inside a tunnel, each with a decision of its own. TLS is ended here with a certificate of this
 * installation's authority; plain HTTP (as Node's fetch sends it through a tunnel) is read as it is.
 */
export async function inspectTunnel(
  context: ProxyContext,
  client: Client,
  target: TunnelTarget,
  tls: 'terminate' | 'none',
  inside: Inside,
): Promise<'close' | 'tunnel'> {
  const { host, port } = target;
  const { headSeconds, idleSeconds } = context.limits;
  const greeting = await client.within(headSeconds, readGreeting(client.reader, target));
  if (greeting.kind === 'end') return 'close';
  if (greeting.kind === 'fault') return reject(context, client, greeting);
  if (greeting.kind === 'tls' && tls === 'none')
    return reject(context, client, fault('unexpected_tls', 'This tunnel is for plain HTTP.'));
  const socket = client.release();
  // The client was made of this very socket; only a tunnel inside a tunnel could be anything else, and there is none.
  if (!(socket instanceof Socket)) return 'close';
  if (greeting.kind === 'plain') {
    const situation = { kind: 'tunnel', scheme: 'http', host, port } as const;
    await inside.http1(context, new Client(client.identity, socket, situation, idleSeconds));
    return 'tunnel';
  }
  const secured = await client.within(headSeconds, terminate(context, socket, host));
  if (secured === undefined) {
    reportMalformed(context, client.identity, 'tls_handshake', null);
    return 'close';
  }
  const situation = { kind: 'tunnel', scheme: 'https', host, port } as const;
  if (secured.alpnProtocol === 'h2')
    await inside.http2(context, { identity: client.identity, socket: secured, situation });
  else await inside.http1(context, new Client(client.identity, secured, situation, idleSeconds));
  return 'tunnel';
}

function reject(context: ProxyContext, client: Client, problem: Fault): 'close' {
  if (client.socket.writable) client.socket.write(unrecognisedName);
  reportMalformed(context, client.identity, problem.code, null);
  return 'close';
}

function terminate(context: ProxyContext, socket: Socket, host: string): Promise<TLSSocket | undefined> {
  const secured = new TLSSocket(socket, {
    isServer: true,
    secureContext: context.authority.issue(host),
    // A client that knows HTTP/2 gets it; towards the server what that speaks is found out when it is dialled.
    ALPNProtocols: ['h2', 'http/1.1'],
  });
  return new Promise((resolve) => {
    secured.once('secure', () => resolve(secured));
    secured.on('error', () => secured.destroy());
    secured.once('close', () => resolve(undefined));
    socket.once('close', () => resolve(undefined));
  });
}
