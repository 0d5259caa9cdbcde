import type { Socket } from 'node:net';

/**
 * Takes exactly so many bytes from a socket and leaves the rest in it: what follows a handshake belongs to HTTP. Node
 * stops reading from the kernel when its buffer (64 KiB) is full, so an unproven peer cannot make us hold more.
 *
 * Rejects when the connection ends first.
 */
export function readExactly(socket: Socket, length: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const attempt = (): void => {
      // A socket without an encoding yields buffers. At its end it yields what is left, however little.
      const chunk = socket.read(length) as Buffer | null;
      if (chunk === null) return;
      settle();
      if (chunk.length === length) resolve(chunk);
      else reject(new Error('the connection ended within a message'));
    };
    const fail = (error?: Error): void => {
      settle();
      reject(error ?? new Error('the connection ended'));
    };
    const close = (): void => fail();
    const settle = (): void => {
      socket.off('readable', attempt).off('end', close).off('close', close).off('error', fail);
    };
    socket.on('readable', attempt).on('end', close).on('close', close).on('error', fail);
    if (socket.destroyed) fail();
    else attempt();
  });
}
