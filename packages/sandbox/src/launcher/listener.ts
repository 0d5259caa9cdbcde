import type { Server } from 'node:net';
import { ClawholdError } from '@clawhold/spec';
import type { SandboxListener } from '../sandbox.ts';
import type { NativeHandle } from './channels.ts';

/** A listening socket of a sandbox; closed with it, because an open one would keep the network namespace alive. */
export class LauncherListener implements SandboxListener {
  readonly name: string;
  readonly #handle: NativeHandle;
  #server: Server | undefined;
  #closed = false;

  constructor(name: string, handle: NativeHandle) {
    this.name = name;
    this.#handle = handle;
  }

  attach(server: Server): void {
    if (this.#server !== undefined || this.#closed)
      throw new ClawholdError(
        'state_listener_attached',
        `The listener ${this.name} already has a server, or is closed.`,
      );
    this.#server = server;
    server.listen(this.#handle);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#server === undefined) this.#handle.close();
    else this.#server.close();
  }
}
