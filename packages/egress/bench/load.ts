import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** One way to the same server. */
export interface Way {
  readonly name: string;
  /** `tunnel` is carried unread, `inspected` is read inside: the proxy of the bench knows them by their host. */
  readonly kind: 'direct' | 'absolute' | 'tunnel' | 'inspected';
  readonly port: number;
}

export interface Figures {
  readonly perSecond: number;
  /** Milliseconds. */
  readonly median: number;
}

/** Asks again and again over keep-alive connections, one request at a time on each. */
export async function measure(way: Way, connections: number, seconds: number): Promise<Figures> {
  const times: number[] = [];
  const end = performance.now() + seconds * 1_000;
  await Promise.all(Array.from({ length: connections }, () => askUntil(way, end, times)));
  times.sort((a, b) => a - b);
  return { perSecond: times.length / seconds, median: times[Math.floor(times.length / 2)] ?? Number.NaN };
}

async function askUntil(way: Way, end: number, times: number[]): Promise<void> {
  const socket = connect(way.port, '127.0.0.1').setNoDelay(true);
  await once(socket, 'connect');
  const host = way.kind === 'inspected' ? 'inspected.example' : 'open.example';
  if (way.kind === 'tunnel' || way.kind === 'inspected') {
    socket.write(`CONNECT ${host}:80 HTTP/1.1\r\nHost: ${host}:80\r\n\r\n`);
    await once(socket, 'data');
  }
  const target = way.kind === 'absolute' ? `http://${host}/a/b` : '/a/b';
  const request = `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nAccept: */*\r\nUser-Agent: bench\r\n\r\n`;
  while (performance.now() < end) {
    const began = performance.now();
    await ask(socket, request);
    times.push(performance.now() - began);
  }
  socket.destroy();
}

/** The server's body ends with this letter, and nothing else in its answers has it. */
function ask(socket: Socket, request: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const onData = (bytes: Buffer): void => {
      if (!bytes.includes('~')) return;
      socket.off('data', onData);
      socket.off('close', reject);
      resolve();
    };
    socket.on('data', onData);
    socket.on('close', reject);
    socket.write(request);
  });
}
