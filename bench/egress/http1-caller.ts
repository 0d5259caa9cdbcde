import type { Duplex } from 'node:stream';
import { type Caller, proxyCredentials, type Way } from './way.ts';

/** One keep-alive connection in HTTP/1.1; it reads what it must and no more, so that the way is measured and not this. */
export function http1Caller(socket: Duplex, way: Way, path: string): Caller {
  const { ask, authority } = way;
  const target = ask === 'absolute' ? `http://${authority}${path}` : path;
  const request = Buffer.from(
    `GET ${target} HTTP/1.1\r\nHost: ${authority}\r\nAccept: */*\r\nUser-Agent: bench\r\n${ask === 'absolute' ? proxyCredentials(way) : ''}\r\n`,
  );
  let waiting: { resolve(): void; reject(error: Error): void } | undefined;
  let head = '';
  /** Bytes of the body that are to come; undefined while the head is read. */
  let missing: number | undefined;

  socket.on('data', (bytes: Buffer) => {
    let rest = bytes.length;
    if (missing === undefined) {
      head += bytes.toString('latin1');
      const end = head.indexOf('\r\n\r\n');
      if (end === -1) return;
      const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
      if (!head.startsWith('HTTP/1.1 200') || length === undefined) {
        waiting?.reject(new Error(`the answer is ${head.slice(0, 60)}`));
        return;
      }
      missing = Number(length);
      rest = head.length - end - 4;
    }
    missing -= rest;
    if (missing > 0) return;
    head = '';
    missing = undefined;
    waiting?.resolve();
  });
  socket.on('close', () => waiting?.reject(new Error('the connection was closed')));

  return {
    ask: () =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        socket.write(request);
      }),
    end: () => void socket.destroy(),
    closed: new Promise((resolve) => {
      socket.once('close', resolve);
    }),
  };
}
