import type { Duplex } from 'node:stream';
import { type Route, writeRoute } from '../dial/route.ts';
import { secure } from '../dial/secure.ts';
import { ByteReader } from '../wire/byte-reader.ts';
import { type Fault, fault } from '../wire/fault.ts';
import { readHeadLines } from '../wire/head-lines.ts';
import { parseResponseHead, type ResponseHead } from '../wire/response-head.ts';
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

/** Interim answers before the real one; more are a server that plays with us. */
const maximumInterim = 8;

/** Reads the head of the answer, past the interim ones, which only matter to whoever asked for them: us. */
export async function readResponse(upstream: Upstream, method: string, maximum: number): Promise<ResponseHead | Fault> {
  for (let interim = 0; interim <= maximumInterim; interim++) {
    const read = await readHeadLines(upstream.reader, maximum);
    if (upstream.timedOut()) return fault('timeout', 'The host did not answer in time.', 504);
    if (read.kind === 'end') return fault('no_answer', 'The host closed the connection without an answer.', 502);
    if (read.kind === 'fault') return read;
    const head = parseResponseHead(read.lines, method);
    if (head.kind === 'fault' || head.status >= 200) return head;
    if (head.status === 101) return fault('switched', 'The host changed the protocol without being asked.', 502);
  }
  return fault('interim', 'The host sent too many interim answers.', 502);
}
