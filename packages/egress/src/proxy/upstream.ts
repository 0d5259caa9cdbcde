import type { Duplex } from 'node:stream';
import { type Route, writeRoute } from '../dial/route.ts';
import { secure } from '../dial/secure.ts';
import { ByteReader } from '../wire/byte-reader.ts';
import type { Fault } from '../wire/fault.ts';
import type { ProxyContext } from './context.ts';

/** An open connection to the other side, for one request or one tunnel. */
export interface Upstream {
  readonly kind: 'upstream';
  readonly socket: Duplex;
  readonly reader: ByteReader;
  /** `address:port` or `service:<name>`. */
  readonly address: string;
  /** True once the connection was ended because nothing came for too long. */
  readonly timedOut: () => boolean;
}

/** Dials checked routes; with `https` it also verifies that the other side is this host. */
export async function openUpstream(
  context: ProxyContext,
  routes: readonly Route[],
  host: string,
  scheme: 'http' | 'https' | 'tcp',
): Promise<Upstream | Fault> {
  const opened = await context.dialler.open(routes);
  if (opened.kind === 'fault') return opened;
  const { idleSeconds, dialSeconds } = context.limits;
  const socket = scheme === 'https' ? await secure(opened.socket, host, context.trust, dialSeconds) : opened.socket;
  if ('kind' in socket) return socket;
  let timedOut = false;
  socket.setTimeout(idleSeconds * 1_000, () => {
    timedOut = true;
    socket.destroy();
  });
  const address = writeRoute(opened.route);
  return { kind: 'upstream', socket, reader: new ByteReader(socket), address, timedOut: () => timedOut };
}
