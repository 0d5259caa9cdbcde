import { Socket as DatagramSocket } from 'node:dgram';
import type { Server } from 'node:net';
import { ClawholdError } from '@clawhold/spec';
import type { SandboxListener } from '../sandbox.ts';
import type { NativeHandle } from './channels.ts';

/** A listening socket of a sandbox; closed with it, because an open one would keep the network namespace alive. */
export class LauncherListener implements SandboxListener {
  readonly name: string;
  readonly #handle: NativeHandle;
  #server: Server | DatagramSocket | undefined;
  #closed = false;

  constructor(name: string, handle: NativeHandle) {
    this.name = name;
    this.#handle = handle;
  }

  attach(server: Server | DatagramSocket): void {
    if (this.#server !== undefined || this.#closed)
      throw new ClawholdError(
        'state_listener_attached',
        `The listener ${this.name} already has a server, or is closed.`,
      );
    this.#server = server;
    // A datagram socket takes a handle where its type knows options only: `bind` looks for its `recvStart`.
    if (server instanceof DatagramSocket) server.bind(this.#handle as never);
    else server.listen(this.#handle);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#server === undefined) this.#handle.close();
    else closeServer(this.#server);
  }
}

/** Whoever serves it may have closed it before. A server does not mind. */
function closeServer(server: Server | DatagramSocket): void {
  try {
    server.close();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_SOCKET_DGRAM_NOT_RUNNING')) throw error;
  }
}
