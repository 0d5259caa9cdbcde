import type { Duplex } from 'node:stream';
import { type Caller, proxyCredentials, type Way } from './way.ts';

/**
 * One keep-alive connection in HTTP/1.1. It shares the processors with what is measured, so it reads as little as it can: of
 * the first answer the head, which says how long an answer is, and of every other one its status and how many bytes it has.
 */
export function http1Caller(socket: Duplex, way: Way, path: string): Caller {
  const { ask, authority } = way;
  const target = ask === 'absolute' ? `http://${authority}${path}` : path;
  const request = Buffer.from(
    `GET ${target} HTTP/1.1\r\nHost: ${authority}\r\nAccept: */*\r\nUser-Agent: bench\r\n${ask === 'absolute' ? proxyCredentials(way) : ''}\r\n`,
  );
  let waiting: { resolve(): void; reject(error: Error): void } | undefined;
  /** Bytes of an answer, head included: the answers of one way to one path differ in nothing but digits of their date. */
  let length: number | undefined;
  /** What came of the first answer. */
  let first = Buffer.alloc(0);
  let missing = 0;

  const refuse = (bytes: Buffer): void =>
    waiting?.reject(new Error(`the answer is ${bytes.toString('latin1', 0, 60)}`));

  socket.on('data', (bytes: Buffer) => {
    if (length === undefined) {
      first = Buffer.concat([first, bytes]);
      if (!isOk(first)) return refuse(first);
      length = lengthOf(first);
      if (length === undefined) return;
      missing = length - first.length;
    } else {
      if (missing === length && !isOk(bytes)) return refuse(bytes);
      missing -= bytes.length;
    }
    if (missing > 0) return;
    if (missing < 0) return refuse(bytes);
    missing = length;
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

/** Whether its status is 200: "HTTP/1.1 200". */
function isOk(answer: Buffer): boolean {
  return answer[9] === 0x32 && answer[10] === 0x30 && answer[11] === 0x30;
}

/** Undefined while the head of an answer is not whole, or says no length. */
function lengthOf(answer: Buffer): number | undefined {
  const end = answer.indexOf('\r\n\r\n');
  const content = /\r\ncontent-length: (\d+)/i.exec(answer.toString('latin1', 0, Math.max(0, end)))?.[1];
  return content === undefined ? undefined : end + 4 + Number(content);
}
