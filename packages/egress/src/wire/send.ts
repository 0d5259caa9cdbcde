import type { Duplex } from 'node:stream';
import type { Field } from './field.ts';
import { giveBack } from './give-back.ts';
import { writeFields } from './write-head.ts';

/**
 * Writes and waits while the other side does not read. Resolves also when the connection closes: whoever reads from it
 * next sees that. Synchronous (undefined) in the usual case, so that no turn of the event loop is spent on it.
 */
export function send(socket: Duplex, bytes: Buffer | string): Promise<undefined> | undefined {
  if (!socket.writable || socket.write(bytes, 'latin1')) return undefined;
  return new Promise((resolve) => {
    const done = (): void => {
      socket.off('drain', done);
      socket.off('close', done);
      resolve(undefined);
    };
    socket.on('drain', done);
    socket.on('close', done);
  });
}

/** Writes bytes that nobody looks at again, and gives their memory back as soon as the kernel has them. */
export function sendAway(
  socket: Duplex,
  bytes: Buffer,
  write: typeof sendChunk = send,
): Promise<undefined> | undefined {
  const waiting = write(socket, bytes);
  if (waiting === undefined) giveBackWritten(socket, bytes);
  else void waiting.then(() => giveBackWritten(socket, bytes));
  return waiting;
}

function giveBackWritten(socket: Duplex, bytes: Buffer): void {
  if (socket.writableLength === 0) giveBack(bytes);
}

/** Writes one chunk of the chunked coding (RFC 9112, 7.1). An empty one would end the body, so it is left out. */
export function sendChunk(socket: Duplex, bytes: Buffer): Promise<undefined> | undefined {
  if (bytes.length === 0) return undefined;
  socket.cork();
  socket.write(`${bytes.length.toString(16)}\r\n`, 'latin1');
  socket.write(bytes);
  const waiting = send(socket, '\r\n');
  socket.uncork();
  return waiting;
}

/** Ends a body in the chunked coding. */
export function sendLastChunk(socket: Duplex, trailers: readonly Field[]): Promise<void> | undefined {
  return send(socket, `0\r\n${writeFields(trailers)}\r\n`);
}
