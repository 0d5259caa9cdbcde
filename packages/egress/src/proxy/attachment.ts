import type { Server, Socket } from 'node:net';
import type { Identity } from '../hooks.ts';
import { Client } from '../http1/client.ts';
import { serve } from '../http1/serve.ts';
import type { ProxyContext } from './context.ts';

/** A listener of a sandbox. */
export interface Listener {
  /** Already listening inside the sandbox's network namespace. The attachment owns it from now on. */
  readonly server: Server;
  readonly identity: Identity;
  /** `proxy` takes absolute-form and CONNECT; `direct-http` stands in for the server on port 80. */
  readonly kind: 'proxy' | 'direct-http';
}

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

export function attach(context: ProxyContext, { server, identity, kind }: Listener, slots: Slots): Attachment {
  const live = new Set<Socket>();
  const situation = { kind: kind === 'proxy' ? 'proxy' : 'direct' } as const;

  const accept = (socket: Socket): void => {
    live.add(socket);
    socket.on('error', () => {}); // a 'close' follows
    socket.once('close', () => live.delete(socket));
    socket.setNoDelay(true);
    const taken = slots.take(socket, (release) => {
      socket.once('close', release);
      void serve(context, new Client(identity, socket, situation, context.limits.idleSeconds));
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
