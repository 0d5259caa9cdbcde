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

/**
 * What is joined with what stands before and after it, rather than written in several pieces; larger ones are not copied.
 * As a text, one letter for each byte: up to 16 KiB Node writes those without memory of their own.
 */
const joinedBytes = 12 * 1024;

/** Writes bytes between two texts in one piece: what comes together goes out together. */
export function sendBetween(
  socket: Duplex,
  before: string,
  bytes: Buffer,
  after: string,
): Promise<undefined> | undefined {
  if (bytes.length <= joinedBytes) return send(socket, before + bytes.toString('latin1') + after);
  socket.cork();
  socket.write(before, 'latin1');
  const waiting = send(socket, bytes);
  if (after !== '') socket.write(after, 'latin1');
  socket.uncork();
  return waiting;
}

/** What stands before the data of a chunk (RFC 9112, 7.1). */
export function chunkHead(length: number): string {
  return `${length.toString(16)}\r\n`;
}

/** Writes one chunk of the chunked coding. An empty one would end the body, so it is left out. */
export function sendChunk(socket: Duplex, bytes: Buffer): Promise<undefined> | undefined {
  return bytes.length === 0 ? undefined : sendBetween(socket, chunkHead(bytes.length), bytes, '\r\n');
}

/** What ends a body in the chunked coding. */
export function lastChunk(trailers: readonly Field[]): string {
  return `0\r\n${writeFields(trailers)}\r\n`;
}
