import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { SandboxId } from '@clawhold/spec';
import { type Route, writeRoute } from '../dial/route.ts';
import { secure } from '../dial/secure.ts';
import { UpstreamSession } from '../http2/upstream-session.ts';
import { ByteReader } from '../wire/byte-reader.ts';
import type { Fault } from '../wire/fault.ts';
import { HeadReader } from '../wire/head-reader.ts';
import { type ResponseFields, responseFields } from '../wire/response-head.ts';
import { Silence } from '../wire/silence.ts';
import type { ProxyContext } from './context.ts';

/** An open connection to the other side, for one request or one tunnel. */
export interface Upstream {
  readonly kind: 'upstream';
  readonly socket: Duplex;
  readonly reader: ByteReader;
  readonly heads: HeadReader<ResponseFields>;
  /** `address:port` or `service:<name>`. */
  readonly address: string;
  /** True once the connection was ended because nothing came for too long. */
  readonly timedOut: () => boolean;
}

/** Whom a connection is for, and to whom. */
export interface Destination {
  readonly sandbox: SandboxId;
  readonly host: string;
  readonly scheme: 'http' | 'https' | 'tcp';
}

/** Dials checked routes; with `https` it also verifies that the other side is this host, and speaks HTTP/1.1 to it. */
export async function openUpstream(
  context: ProxyContext,
  routes: readonly Route[],
  { sandbox, host, scheme }: Destination,
): Promise<Upstream | Fault> {
  const leave = await context.shares.dials(sandbox);
  try {
    const opened = await context.dialler.open(routes);
    if (opened.kind === 'fault') return opened;
    const { idleSeconds, tunnelIdleSeconds, dialSeconds } = context.limits;
    const socket = scheme === 'https' ? await secure(opened.socket, host, context.trust, dialSeconds) : opened.socket;
    const patience = scheme === 'tcp' ? tunnelIdleSeconds : idleSeconds;
    return 'kind' in socket ? socket : upstreamOver(socket, writeRoute(opened.route), patience);
  } finally {
    leave();
  }
}

/** The same with the server's choice between the two versions of HTTP. */
export async function openNegotiated(
  context: ProxyContext,
  routes: readonly Route[],
  { sandbox, host }: Destination,
): Promise<Upstream | UpstreamSession | Fault> {
  const leave = await context.shares.dials(sandbox);
  try {
    const opened = await context.dialler.open(routes);
    if (opened.kind === 'fault') return opened;
    const { trust, limits } = context;
    const socket = await secure(opened.socket, host, trust, limits.dialSeconds, ['h2', 'http/1.1']);
    if ('kind' in socket) return socket;
    const address = writeRoute(opened.route);
    return socket.alpnProtocol === 'h2'
      ? new UpstreamSession(socket, address, limits)
      : upstreamOver(socket, address, limits.idleSeconds);
  } finally {
    leave();
  }
}

function upstreamOver(socket: Socket, address: string, idleSeconds: number): Upstream {
  const silence = new Silence(socket, idleSeconds, () => socket.destroy());
  socket.once('close', () => silence.stop());
  const reader = new ByteReader(socket);
  const heads = new HeadReader(reader, responseFields);
  return { kind: 'upstream', socket, reader, heads, address, timedOut: () => silence.isFound };
}
