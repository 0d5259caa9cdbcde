import type { Duplex } from 'node:stream';
import type { Field } from './field.ts';
import { writeFields } from './write-head.ts';

/**
 * Writes and waits while the other side does not read. Resolves also when the connection closes: whoever reads from it
 * next sees that. Synchronous (undefined) in the usual case, so that no turn of the event loop is spent on it.
 */
export function send(socket: Duplex, bytes: Buffer | string): Promise<void> | undefined {
  if (!socket.writable || socket.write(bytes, 'latin1')) return undefined;
  return new Promise((resolve) => {
    const done = (): void => {
      socket.off('drain', done);
      socket.off('close', done);
      resolve();
    };
    socket.on('drain', done);
    socket.on('close', done);
  });
}

/** Writes one chunk of the chunked coding (RFC 9112, 7.1). An empty one would end the body, so it is left out. */
export function sendChunk(socket: Duplex, bytes: Buffer): Promise<void> | undefined {
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
