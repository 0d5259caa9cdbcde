import type { Server, Socket } from 'node:net';
import { identityOf } from '../caller/calling-program.ts';
import { serveCaptured } from '../capture/captured.ts';
import { createRefusedAddresses } from '../capture/refused-addresses.ts';
import type { NameTable } from '../dns/name-table.ts';
import type { Identity } from '../hooks.ts';
import { Client } from '../http1/client.ts';
import { serve } from '../http1/serve.ts';
import type { ProxyContext } from './context.ts';

/**
 * A listener of a sandbox. `proxy` takes absolute-form and CONNECT; `direct-http` stands in for the server on port 80;
 * `capture` takes whatever a program dialled at an address, most often one that stands for a name.
 */
export type Listener = {
  /** Already listening inside the sandbox's network namespace. The attachment owns it from now on. */
  readonly server: Server;
  readonly identity: Identity;
} & ({ readonly kind: 'proxy' | 'direct-http' } | { readonly kind: 'capture'; readonly names: NameTable });

/** A listener being served. */
export interface Attachment {
  /** Closes the listener and breaks every connection of it, the ones to the outside too. Idempotent. */
  close(): void;
}

/** Counts the connections of one sandbox, over all its listeners. */
export interface Slots {
  /** Runs `start` at once or when a place is free; false when too many wait already. `start` gets how to give back. */
  take(socket: Socket, start: (release: () => void) => void): boolean;
}

export function attach(context: ProxyContext, listener: Listener, slots: Slots): Attachment {
  const { server } = listener;
  const serveOne = serverOf(context, listener);
  const live = new Set<Socket>();

  const accept = (socket: Socket): void => {
    live.add(socket);
    socket.on('error', () => {}); // a 'close' follows
    socket.once('close', () => live.delete(socket));
    socket.setNoDelay(true);
    const taken = slots.take(socket, (release) => {
      socket.once('close', release);
      void serveOne(socket);
    });
    if (!taken) socket.destroy();
  };

  server.on('connection', accept);
  return {
    close() {
      server.off('connection', accept);
      server.close();
      for (const socket of live) socket.destroy();
    },
  };
}

function serverOf(context: ProxyContext, listener: Listener): (socket: Socket) => Promise<void> {
  const { hooks } = context;
  const identity = (socket: Socket): Identity => identityOf(hooks, listener.identity, socket);
  if (listener.kind === 'capture') {
    const refused = createRefusedAddresses(listener.identity, hooks.observe, 'TCP');
    return (socket) => serveCaptured(context, identity(socket), socket, listener.names, refused);
  }
  const situation = { kind: listener.kind === 'proxy' ? 'proxy' : 'direct' } as const;
  return (socket) => serve(context, new Client(identity(socket), socket, situation, context.limits.idleSeconds));
}
