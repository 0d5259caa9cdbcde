import { connect, type Socket } from 'node:net';
import { ClawholdError } from '@clawhold/spec';

export interface DialTarget {
  readonly host: string;
  readonly port: number;
}

/** Opens a TCP connection, or rejects with the reason why it may not or cannot be opened. */
export type Dial = (target: DialTarget, signal: AbortSignal) => Promise<Socket>;

/** Names of this very machine, the only ones that are dialled without the address check. */
const loopbackAddresses: Readonly<Record<string, string>> = {
  localhost: '127.0.0.1',
  '127.0.0.1': '127.0.0.1',
  '[::1]': '::1',
  '::1': '::1',
};

export function isLoopback(host: string): boolean {
  return Object.hasOwn(loopbackAddresses, host);
}

/** Dials a server on this machine: a fixed address for each name, so nothing is looked up. */
export const dialLoopback: Dial = ({ host, port }, signal) => {
  const address = loopbackAddresses[host];
  if (address === undefined)
    return Promise.reject(new ClawholdError('model_unreachable', `${host} is not a name of this machine.`));
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const socket = connect({ host: address, port });
    const abort = (): void => void socket.destroy(new Error('aborted'));
    signal.addEventListener('abort', abort, { once: true });
    const settle = (): void => {
      signal.removeEventListener('abort', abort);
      socket.off('error', reject);
    };
    socket.once('error', reject);
    socket.once('connect', () => {
      settle();
      resolve(socket);
    });
  });
};
