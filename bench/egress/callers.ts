import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { connect as secure, type TLSSocket } from 'node:tls';
import { http1Caller } from './http1-caller.ts';
import { http2Caller } from './http2-caller.ts';
import { type Caller, proxyCredentials, type Way } from './way.ts';

/** Opens so many callers, one after the other: connections in HTTP/1.1, streams of one connection in HTTP/2. */
export async function openCallers(way: Way, count: number, path: string): Promise<readonly Caller[]> {
  if (way.tls?.protocol === 'h2') {
    const socket = await openTls(way);
    const session = connectHttp2(`https://${way.authority}`, { createConnection: () => socket });
    session.on('error', () => {}).setMaxListeners(0); // one of each caller
    return Array.from({ length: count }, (_, index) => ({
      ...http2Caller(session, way, path),
      end: () => (index === 0 ? session.destroy() : undefined),
    }));
  }
  const callers: Caller[] = [];
  for (let index = 0; index < count; index++) {
    const socket = way.tls === null ? await openTunnel(way) : await openTls(way);
    callers.push(http1Caller(socket, way, path));
  }
  return callers;
}

async function openTunnel(way: Way): Promise<Socket> {
  const { port, ask, authority } = way;
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  socket.on('error', () => {});
  await once(socket, 'connect');
  if (ask !== 'tunnel') return socket;
  socket.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${proxyCredentials(way)}\r\n`);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  if (!answer.toString('latin1').startsWith('HTTP/1.1 200'))
    throw new Error(`CONNECT: ${answer.toString('latin1').slice(0, 80)}`);
  return socket;
}

async function openTls(way: Way): Promise<TLSSocket> {
  const { ca, protocol } = way.tls ?? { ca: '', protocol: 'http/1.1' };
  const host = way.authority.replace(/:\d+$/, '');
  const socket = secure({ socket: await openTunnel(way), servername: host, ca, ALPNProtocols: [protocol] });
  socket.on('error', () => {});
  await once(socket, 'secureConnect');
  return socket;
}
